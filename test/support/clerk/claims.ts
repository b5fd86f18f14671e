import { decodeJwt, type JWTPayload } from "jose";

/** The claims of a token that has to be there, unverified. */
export function claimsOf(token: string | null | undefined): JWTPayload {
  if (token == null) throw new Error("There is no token.");
  return decodeJwt(token);
}
