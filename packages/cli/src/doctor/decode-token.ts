import { decodeProtectedHeader } from "jose";
import { parse } from "lossless-json";
import type { DecodedToken } from "../explain";

/** A decoded token. Nothing in it is verified. */
export interface DecodedJwt extends DecodedToken {
  /** A bigint if it is an integer: Fauna distinguishes `1000` and `1000.0`, JavaScript's numbers do not. */
  readonly exp: unknown;
}

/** Decodes a token. Undefined if it is not a JWT. */
export function decodeToken(token: string): DecodedJwt | undefined {
  try {
    const header = { ...decodeProtectedHeader(token) };
    const text = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    const claims: unknown = JSON.parse(text);
    if (typeof claims !== "object" || claims === null || Array.isArray(claims)) return undefined;
    return { header, claims: { ...claims }, exp: readExp(text) };
  } catch {
    // Not three parts, not base64 or not JSON: it is not a JWT.
    return undefined;
  }
}

function readExp(text: string): unknown {
  const exact = parse(text, undefined, {
    parseNumber: (literal) => (/^-?\d+$/.test(literal) ? BigInt(literal) : Number(literal)),
    onDuplicateKey: ({ newValue }) => newValue,
  });
  return (exact as { readonly exp?: unknown }).exp;
}
