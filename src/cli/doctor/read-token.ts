import { decodeProtectedHeader } from "jose";
import type { DecodedToken } from "../../explain";
import { isJsonObject, plain, readJson, type JsonObject } from "../../local/http/read-json";

/** A token that was taken apart; nothing in it is verified. */
export interface TokenParts extends DecodedToken {
  /** The claims, with integers as bigint: to Fauna `1000` and `1000.0` are not the same. */
  readonly exact: JsonObject;
}

/** Takes a token apart; undefined if it is no JWT. */
export function readToken(token: string): TokenParts | undefined {
  try {
    const header = { ...decodeProtectedHeader(token) };
    const exact = readJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    return isJsonObject(exact)
      ? { header, exact, claims: plain(exact) as object as DecodedToken["claims"] }
      : undefined;
  } catch {
    // Not three parts, not base64 or not JSON: that it is no JWT is the answer.
    return undefined;
  }
}
