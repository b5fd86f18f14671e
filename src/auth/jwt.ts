/** The positions of a JWT's parts. */
export const HEADER = 0;
export const CLAIMS = 1;

/** What a part of a JWT says. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Decodes a part of a JWT without verifying its signature. Returns undefined for anything that is not a JWT, such
 * as the secret of a Fauna key.
 */
export function decodeJwtPart(
  token: string,
  part: typeof HEADER | typeof CLAIMS,
): Claims | undefined {
  try {
    const base64url = token.split(".")[part] as string;
    const binary = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
    // Most tokens are plain ASCII. The engine of React Native may lack TextDecoder.
    const text = binary.replace(/[^ -~]+/g, (bytes) =>
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- Every engine has it, and it percent-encodes bytes.
      decodeURIComponent(escape(bytes)),
    );
    // Other JSON than an object is no part of a JWT.
    if (/^\s*{/.test(text)) return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Nor is what lacks the part, or is not base64 or not JSON.
  }
  return undefined;
}

/** What a header can carry unchanged. A `fetch` would quote anything else in its error, the whole token. */
const HEADER_TEXT = /^[!-~]([ -~]*[!-~])?$/;

/** A token that may be sent. */
export interface Token {
  readonly text: string;
  /** The secret of a Fauna key has none. */
  readonly claims: Claims | undefined;
}

/**
 * Reads what may be sent as a token: a JWT whose claims can be decoded, or something that does not look like a JWT, such
 * as the secret of a Fauna key. A JWT that cannot be decoded might be anybody's, and so might one whose user is no text.
 */
export function readToken(text: unknown): Token | undefined {
  if (typeof text !== "string" || !HEADER_TEXT.test(text)) return undefined;
  const claims = decodeJwtPart(text, CLAIMS);
  // In place of a missing user any text will do.
  const isUsable = claims
    ? typeof (claims["sub"] ?? text) === "string"
    : text.split(".").length !== 3;
  return isUsable ? { text, claims } : undefined;
}
