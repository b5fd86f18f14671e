/** A JWT's header and payload, decoded for judging only: nothing here verifies a signature. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

function decodePart(part: string | undefined): Record<string, unknown> | undefined {
  try {
    const base64 = (part ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not base64 or not JSON means that it is not a JWT, which is all that is asked here.
    return undefined;
  }
}

/** Decodes a JWT, or returns undefined for anything else, such as the secret of a Fauna key. */
export function decodeToken(token: string): DecodedToken | undefined {
  const parts = token.split(".");
  const header = decodePart(parts[0]);
  const claims = decodePart(parts[1]);
  return parts.length === 3 && header && claims ? { header, claims } : undefined;
}
