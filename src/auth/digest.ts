/** Returns a hash of values, which does not reveal them; undefined where there is no page, and on insecure origins. */
export async function digest(values: readonly unknown[]): Promise<string | undefined> {
  const { document, crypto } = globalThis as Partial<typeof globalThis>;
  const subtle = (crypto as Partial<Crypto> | undefined)?.subtle;
  if (!document || !subtle) return undefined;
  const bytes = await subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(values)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
