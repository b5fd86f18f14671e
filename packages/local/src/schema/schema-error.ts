import { CheckError, diagnose, QueryError } from "../fql/errors";
import { summarize } from "../fql/summary";
import { json, type LocalResponse } from "../http/exchange";

/** A request that the schema endpoints refuse. */
export class SchemaRequestError extends Error {
  override readonly name = "SchemaRequestError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function notFound(): SchemaRequestError {
  return new SchemaRequestError(404, "Not found");
}

/** The answer to an error: these endpoints give a message and no code. */
export function errorAnswer(error: unknown): LocalResponse {
  const [status, message] = describe(error);
  const headers = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return json(status, { error: { message } }, headers);
}

function describe(error: unknown): [number, string] {
  if (error instanceof SchemaRequestError) return [error.status, error.message];
  if (error instanceof QueryError) return [400, diagnose(error).message];
  if (error instanceof CheckError)
    return [400, error.diagnostics.map((each) => summarize([each])).join("\n")];
  throw error;
}
