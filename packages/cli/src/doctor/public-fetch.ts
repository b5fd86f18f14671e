import { CliError } from "../cli-error";
import type { Context } from "../context";
import { refusal } from "../explain";
import { isLoopback } from "../fauna-endpoint";
import type { JWK } from "jose";

const TIMEOUT_MS = 10_000;

/** Why there is no answer, by the code of the failure. */
const NETWORK_ERRORS: readonly (readonly [code: RegExp, problem: string, fix: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, "its name is unknown", "Check how the host is written, and the DNS."],
  [
    /ECONNREFUSED/,
    "nothing listens there",
    "Start the server, or check host and port: Fauna's is 8443.",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/,
    "its certificate is not trusted",
    "Serve a certificate that browsers trust, for this host and with its whole chain. " +
      "For an authority of your own set NODE_EXTRA_CA_CERTS here.",
  ],
  [
    /SSL|EPROTO/,
    "it does not speak TLS",
    "Put TLS in front of it; on this machine http:// will do.",
  ],
  [/TimeoutError/, `it is silent for ${TIMEOUT_MS / 1000} s`, "Check the firewalls on the way."],
];

/** Asks for something, without any secret. Follows no redirect. Throws a {@link CliError} if there is no answer. */
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

function toCliError({ origin }: URL, error: Error): CliError {
  const { code = error.name, message = error.message } = Object(error.cause) as NetworkErrorCause;
  const known = NETWORK_ERRORS.find(([pattern]) => pattern.test(code));
  const [, problem, fix] = known ?? [undefined, message, "Check that it runs, and the network."];
  return new CliError("no_answer", `${origin}: ${problem} (${code}).`, fix, { cause: error });
}

interface NetworkErrorCause {
  readonly code?: string;
  readonly message?: string;
}

const { fix } = refusal("keys_unreachable");
const FIX = `Compare the URL with the one in Clerk's dashboard (API keys, JWKS URL). ${fix}`;

/** The keys that a `jwks_uri` has, fetched as Fauna fetches them. */
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
    // Told below: it is no key set, whatever else it may be.
  }
  throw new CliError("bad_key_set", `${url.href} has no JSON with "keys".`, FIX);
}

/** Fauna wants https, and drops the query. A stand-in on loopback has no certificate and is asked in plain http. */
function keySetUrl(jwksUri: string): URL {
  const url = new URL(jwksUri);
  if (url.protocol !== "https:")
    throw new CliError("insecure_key_set", `${jwksUri} is not https.`, "Fauna takes https only.");
  url.search = "";
  if (isLoopback(jwksUri)) url.protocol = "http:";
  return url;
}
