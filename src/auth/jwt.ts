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
    const base64 = (token.split(".")[part] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes))) as Record<string, unknown>;
  } catch {
    // Without this part, or with one that is not base64 or not JSON, it is not a JWT.
    return undefined;
  }
}
