/** A JWT's header and payload, decoded for judging only: nothing here verifies a signature. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

function decodePart(part: string): Record<string, unknown> {
  const base64 = part.replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return Object(JSON.parse(new TextDecoder().decode(bytes))) as Record<string, unknown>;
}

/** Decodes a JWT, or returns undefined for anything else, such as the secret of a Fauna key. */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header = "", claims = ""] = token.split(".");
  try {
    return { header: decodePart(header), claims: decodePart(claims) };
  } catch {
    // Not base64 or not JSON: that it is no JWT is the answer.
    return undefined;
  }
}
