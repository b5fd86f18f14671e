import { Reason } from "./Reason";

export function Failure({ error, retry }: { error: Error | null; retry(): void }) {
  if (!error) return null;
  return (
    <div role="alert" className="failure">
      <Reason error={error} />
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
