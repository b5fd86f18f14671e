import type { LocalRequest, LocalResponse } from "./exchange";

const ALLOWED_HEADERS =
  "accept-encoding, authorization, content-type, x-driver-env, x-faunadb-api-version, x-fauna-driver, " +
  "x-fauna-source, x-fauna-tags, x-format, x-last-seen-txn, x-last-txn-ts, x-linearized, " +
  "x-max-contention-retries, x-max-retries-on-contention, x-query-tags, x-query-timeout, x-query-timeout-ms, " +
  "x-runtime-environment, x-runtime-environment-os, x-nodejs-version, traceparent, x-typecheck, x-performance-hints";

const PREFLIGHT_HEADERS = {
  "access-control-max-age": "86400",
  "access-control-allow-headers": ALLOWED_HEADERS,
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
};

/** A preflight is answered on every path, also on those that do not exist; without an Origin it is no preflight. */
export function isPreflight({ method, headers }: LocalRequest): boolean {
  return method === "OPTIONS" && headers.origin !== undefined;
}

/** The server's answer to any preflight. */
export function preflight(request: LocalRequest): LocalResponse {
  return withCors(request, { status: 200, headers: PREFLIGHT_HEADERS });
}

/** Lets the asking origin read the answer, and those of its headers that begin with `x-`, unless that is settled already. */
export function withCors(request: LocalRequest, response: LocalResponse): LocalResponse {
  const { origin } = request.headers;
  if (origin === undefined || response.headers?.["access-control-allow-origin"]) return response;
  const exposed = Object.keys(response.headers ?? {}).filter((name) => name.startsWith("x-"));
  return {
    ...response,
    headers: {
      ...response.headers,
      "access-control-expose-headers": exposed.join(", "),
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
    },
  };
}
