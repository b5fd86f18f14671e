import { RefusedError, TimeoutError } from "../fql/errors";
import { json, type LocalRequest, type LocalResponse } from "../http/exchange";
import type { Endpoint, EndpointContext } from "../http/endpoints/endpoint";
import { legacyError, methodNotAllowed } from "../http/endpoints/protocol-error";
import { JsonSyntaxError, readBodyJson, type Json } from "../http/read-json";
import {
  InvalidHeaderError,
  readRetries,
  readTags,
  readTimeout,
  readTimestamp,
} from "../http/request-headers";
import { TooOldError, V4Error } from "./errors";
import { JavaFault } from "./java-fault";
import { Renderer } from "./render";
import { runV4, type V4Answer } from "./run";
import { type ApiVersion, DEFAULT_VERSION, isBefore, isVersion } from "./versions";

interface V4Headers {
  version: ApiVersion;
  timeout: number;
}

/** `/`: an FQL v4 query, in the wire format of the `faunadb` drivers. */
export const v4: Endpoint = (request, context) => timed(request, context, ["GET", "POST"]);

/** `/linearized`: the same, also for queries that only read. */
export const linearized: Endpoint = (request, context) => timed(request, context, ["POST"]);

async function timed(
  request: LocalRequest,
  context: EndpointContext,
  methods: readonly string[],
): Promise<LocalResponse> {
  const started = performance.now();
  const answered = await answer(request, context, methods);
  const spent = Math.round(performance.now() - started);
  const size = (text: unknown): number => (typeof text === "string" ? Buffer.byteLength(text) : 0);
  return {
    ...answered,
    headers: {
      ...answered.headers,
      ...METRICS,
      "x-query-time": String(spent),
      "x-query-bytes-in": String(size(request.body)),
      "x-query-bytes-out": String(size(answered.body)),
      "x-txn-time": answered.headers?.["x-txn-time"] ?? String(Date.now() * 1000),
    },
  };
}

/** Figures that a driver expects; nothing is metered here. */
const METRICS: Readonly<Record<string, string>> = {
  "x-byte-read-ops": "0",
  "x-byte-write-ops": "0",
  "x-compute-ops": "1",
  "x-txn-retries": "0",
  "x-storage-bytes-read": "0",
  "x-storage-bytes-write": "0",
};

/** Headers are judged first, then the secret, the method and at last the body. */
async function answer(
  request: LocalRequest,
  context: EndpointContext,
  methods: readonly string[],
): Promise<LocalResponse> {
  try {
    const { version, timeout } = readHeaders(request.headers);
    const session = await context.authenticate(request);
    if (!session) return unauthorized();
    if (!methods.includes(request.method)) return methodNotAllowed(methods);
    if (request.body === "") return noQuery("No query provided.");
    const query = readQuery(request.body);
    if (query instanceof JsonSyntaxError) return noQuery("Request body is not valid JSON.");
    return render(runV4(session, query, version, timeout), version);
  } catch (error) {
    const refused = [InvalidHeaderError, TooOldError, RefusedError];
    if (refused.some((each) => error instanceof each) && error instanceof Error)
      return legacyError(400, "bad request", error.message);
    if (error instanceof JavaFault)
      return legacyError(500, "internal server error", error.description);
    if (error instanceof TimeoutError) return legacyError(503, "time out", error.message);
    throw error;
  }
}

function readHeaders(headers: LocalRequest["headers"]): V4Headers {
  const name = "x-faunadb-api-version";
  const version = headers[name] ?? DEFAULT_VERSION;
  if (!isVersion(version))
    throw new InvalidHeaderError(name, `Unsupported or invalid API version '${version}'.`);
  readTimestamp(headers, "x-last-seen-txn");
  readRetries(headers, "x-max-retries-on-contention");
  readTags(headers, "x-fauna-tags");
  return { version, timeout: readTimeout(headers, "x-query-timeout") };
}

function readQuery(body: string): Json | JsonSyntaxError {
  try {
    return readBodyJson(body, "first");
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

function noQuery(description: string): LocalResponse {
  return json(400, { errors: [{ position: [], code: "invalid expression", description }] });
}

function unauthorized(): LocalResponse {
  return legacyError(401, "unauthorized", "Unauthorized", {
    "www-authenticate": 'Basic realm="Unauthorized"',
  });
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
