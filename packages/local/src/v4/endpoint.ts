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
import { withLargeStack } from "../large-stack/with-large-stack";
import { answerV4 } from "./answer";
import { type ApiVersion, DEFAULT_VERSION, isVersion } from "./versions";

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
    const { database, caller, holder } = session;
    const asker = holder ? { caller, holder } : { caller };
    const wanted = { asker, json: query, version, timeout };
    // A query may read in child databases, which no other thread has.
    return database.children().length
      ? answerV4(database, wanted)
      : withLargeStack(database, "v4", wanted, answerV4);
  } catch (error) {
    if (!(error instanceof InvalidHeaderError)) throw error;
    return legacyError(400, "bad request", error.message);
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
