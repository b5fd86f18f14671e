import type { JWK } from "jose";
import { refusal } from "../explain";
import { CliError } from "../cli-error";
import type { Context } from "../context";
import { isLoopback } from "../fauna-endpoint";
import { fetchPublic } from "./ask";

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
