import { QueryCheckError } from "fauna";

/** Why something failed. Of a query that Fauna refuses, a mistake of ours, its summary tells what is wrong and where. */
export function Reason({ error }: { error: Error }) {
  return error instanceof QueryCheckError && error.queryInfo?.summary ? (
    <pre>{error.queryInfo.summary}</pre>
  ) : (
    <p>{error.message}</p>
  );
}
