/** What an `Authorization` header holds. */
export type Credential =
  | { readonly kind: "jwt"; readonly token: string }
  | { readonly kind: "secret"; readonly text: string };

/**
 * Reads an `Authorization` header. Schemes are case-sensitive. A bearer that looks like base64 of `{` and has a dot
 * is a JWT, anything else a secret; with `Basic` the user name is the secret.
 */
export function parseAuthorization(header: string | undefined): Credential | null {
  const [, scheme, rest = ""] = /^\s*(\S+)\s+(.*?)\s*$/s.exec(header ?? "") ?? [];
  if (rest === "") return null;
  if (scheme === "Basic")
    return secret(Buffer.from(rest, "base64").toString("utf8").replace(/:$/, ""));
  if (scheme !== "Bearer") return null;
  return rest.startsWith("ey") && rest.includes(".") ? { kind: "jwt", token: rest } : secret(rest);
}

function secret(text: string): Credential | null {
  return text === "" ? null : { kind: "secret", text };
}
