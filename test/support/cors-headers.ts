/** The request headers that a Fauna server lets scripts of other origins use: its list is fixed. */
const LISTED = new Set([
  "accept-encoding",
  "authorization",
  "content-type",
  "x-driver-env",
  "x-faunadb-api-version",
  "x-fauna-driver",
  "x-fauna-source",
  "x-fauna-tags",
  "x-format",
  "x-last-seen-txn",
  "x-last-txn-ts",
  "x-linearized",
  "x-max-contention-retries",
  "x-query-tags",
  "x-query-timeout",
  "x-query-timeout-ms",
  "x-runtime-environment",
  "x-runtime-environment-os",
  "x-nodejs-version",
  "traceparent",
  "x-typecheck",
  "x-performance-hints",
]);

/** What fetch itself sets, and headers that need no leave. */
const FETCHS_OWN =
  /^(host|connection|content-length|transfer-encoding|accept|accept-language|user-agent|origin|referer|sec-fetch-.*)$/;

/** The names among a request's headers for which a browser would refuse to send it. */
export const unlistedHeaders = (headers: Readonly<Record<string, string>>): string[] =>
  Object.keys(headers).filter((name) => !LISTED.has(name) && !FETCHS_OWN.test(name));
