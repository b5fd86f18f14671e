import { CLAIMS, decodePart } from "../auth/claims";

/** These differ from one token to the next. */
const OWN = new Set(["exp", "iat", "nbf", "jti"]);

/** What of a token may decide what its user sees: its other claims. */
export function rightsOf(token: string): string {
  const claims = Object.entries(decodePart(token, CLAIMS) ?? {});
  return JSON.stringify(claims.filter(([name]) => !OWN.has(name)));
}
