import { RefusedError, TimeoutError } from "../fql/errors";
import { json, type LocalResponse } from "../http/exchange";
import { legacyError } from "../http/endpoints/protocol-error";
import type { Database } from "../store";
import { TooOldError, V4Error } from "./errors";
import { JavaFault } from "./java-fault";
import { Renderer } from "./render";
import { runV4, type V4Answer, type V4Request } from "./run";
import { type ApiVersion, isBefore } from "./versions";

/** Runs a query of FQL v4, and says what came of it in the wire format of its version. */
export function answerV4(database: Database, request: V4Request, runsAgain = false): LocalResponse {
  try {
    return render(runV4(database, request, runsAgain), request.version);
  } catch (error) {
    if (error instanceof TooOldError || error instanceof RefusedError)
      return legacyError(400, "bad request", error.message);
    if (error instanceof JavaFault)
      return legacyError(500, "internal server error", error.description);
    if (error instanceof TimeoutError) return legacyError(503, "time out", error.message);
    throw error;
  }
}

/** Before collections there were classes, and their documents were instances. */
function wordedIn(version: ApiVersion, error: V4Error): V4Error {
  if (!isBefore(version, "2.7") || error.code === "transaction aborted") return error;
  const { code, position, failures, causes } = error;
  const description = error.description
    .replace(/\b(undefined|native|meta) collection\b/, "$1 class")
    .replace(/^Document (?=not|already)/, "Instance ")
    .replace(/^Collection (?=not|already)/, "Class ")
    .replace(/^document (?=data|is)/, "instance ");
  return new V4Error(code, description, position, failures, causes);
}

function render({ status, txnTime, result, errors }: V4Answer, version: ApiVersion): LocalResponse {
  const headers = { "x-txn-time": String(txnTime) };
  if (errors)
    return json(status, { errors: errors.map((error) => wordedIn(version, error)) }, headers);
  const body = `{"resource":${new Renderer(version).text(result ?? null)}}`;
  return { ...json(status, null, headers), body };
}
