import { CliError } from "../cli-error";
import type { Context } from "../context";
import { refusal } from "../explain";
import { isLoopback } from "../fauna-endpoint";
import type { JWK } from "jose";

const TIMEOUT_MS = 10_000;

/** Problems and fixes, by error code. */
const NETWORK_ERRORS: readonly (readonly [code: RegExp, problem: string, fix: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "the host name is unknown", "Check its spelling, and DNS."],
  [
    /ECONNREFUSED/,
    "nothing listens there",
    "Start the server, or check host and port (Fauna's default is 8443).",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/,
    "its certificate is not trusted",
    "Serve a certificate for this host that browsers trust, with its whole chain. " +
      "If you use your own certificate authority, set NODE_EXTRA_CA_CERTS.",
  ],
  [
    /SSL|EPROTO/,
    "it does not speak TLS",
    "Put TLS in front of it, or use http:// if it is on this machine.",
  ],
  [
    /TimeoutError/,
    `it did not answer within ${TIMEOUT_MS / 1000} s`,
    "Check the firewalls on the way.",
  ],
];

/** Fetches without secrets, and follows no redirects. Throws a {@link CliError} if there is no answer. */
export async function fetchPublic(
  { fetch, signal }: Pick<Context, "fetch" | "signal">,
  url: URL,
  init: RequestInit = {},
): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    throw toCliError(url, cause as Error);
  }
}

/** Says what is wrong with the way to a server. */
export function toCliError({ origin }: URL, error: Error): CliError {
  const reason = (error.cause ?? error) as Partial<NodeJS.ErrnoException>;
  const { message = error.message } = reason;
  // A DOMException's code is a number.
  const code = typeof reason.code === "string" ? reason.code : (reason.name ?? error.name);
  const known = NETWORK_ERRORS.find(([pattern]) => pattern.test(code));
  const [, problem, fix] = known ?? [
    undefined,
    message,
    "Check that the server runs, and the network.",
  ];
  return new CliError("no_answer", `${origin}: ${problem} (${code}).`, fix, { cause: error });
}

const { fix } = refusal("keys_unreachable");
const FIX = `Compare the URL with the one in Clerk's dashboard (API keys, JWKS URL). ${fix}`;

/** Fetches the keys of a `jwks_uri` as Fauna does. */
export async function fetchKeys(
  context: Pick<Context, "fetch" | "signal">,
  jwksUri: string,
): Promise<JWK[]> {
  const url = keySetUrl(jwksUri);
  const response = await fetchPublic(context, url);
  if (response.status !== 200)
    throw new CliError("bad_key_set", `${url.href} answered ${response.status}.`, FIX);
  const body = await response.text();
  try {
    const { keys } = JSON.parse(body) as { keys?: unknown };
    if (Array.isArray(keys)) return keys as JWK[];
  } catch {
    // Not JSON: the error below covers this too.
  }
  throw new CliError("bad_key_set", `${url.href} is not JSON with "keys".`, FIX);
}

/** Fauna requires https, and drops the query string. A local Clerk has no certificate, so use http for it. */
function keySetUrl(jwksUri: string): URL {
  const url = new URL(jwksUri);
  if (url.protocol !== "https:")
    throw new CliError(
      "insecure_key_set",
      `${jwksUri} is not https.`,
      "Use https: Fauna accepts nothing else.",
    );
  url.search = "";
  if (isLoopback(jwksUri)) url.protocol = "http:";
  return url;
}
