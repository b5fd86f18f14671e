/** The positions of a JWT's parts. */
export const HEADER = 0;
export const CLAIMS = 1;

/**
 * Decodes a part of a JWT without verifying its signature. Returns undefined for anything that is not a JWT, such
 * as the secret of a Fauna key.
 */
export function decodeJwtPart(
  token: string,
  part: typeof HEADER | typeof CLAIMS,
): Readonly<Record<string, unknown>> | undefined {
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

/** Whether a token looks like a JWT. The secret of a Fauna key does not. */
export const isJwt = (token: string): boolean => token.split(".").length === 3;

/**
 * Whether a value may be sent as a token: a JWT whose claims can be read, or something that does not look like a
 * JWT, such as the secret of a Fauna key. A JWT that cannot be read might be anybody's, and so might one whose user
 * is no text.
 */
export function isToken(value: unknown): value is string {
  if (typeof value !== "string" || !HEADER_TEXT.test(value)) return false;
  const claims = decodeJwtPart(value, CLAIMS);
  // In place of a missing user any text will do.
  return claims ? typeof (claims["sub"] ?? value) === "string" : !isJwt(value);
}
