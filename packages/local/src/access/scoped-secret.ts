export type BuiltinRole = "admin" | "server" | "server-readonly" | "client";

/** What a scope after a secret asks for. */
export type SecretScope = {
  /** Names of nested databases, outermost first. */
  readonly path: readonly string[];
} & (
  | { readonly builtin: BuiltinRole }
  | { readonly role: string }
  /** `<collection>/<id>` of a document that the request acts as. */
  | { readonly document: string }
);

export interface ScopedSecret {
  readonly secret: string;
  readonly scope: SecretScope | null;
}

const SECRET = /^[^/,()&=:]+/;
const SCOPE =
  /^:(?:(?<path>[^,()&=:]+):)?(?:(?<builtin>admin|server-readonly|server|client)|@role\/(?<role>[^,()&=:]+)|(?:classes|collections|@doc)\/(?<document>[^,()&=:]+))/;

/**
 * Takes `secret`, `secret:role`, `secret:db/child:role`, `secret:@role/name` and `secret:@doc/Coll/1` apart. As on
 * the server, a suffix that is no scope at all is ignored, and one that only begins like a scope makes it invalid.
 */
export function parseScopedSecret(text: string): ScopedSecret | null {
  const secret = SECRET.exec(text)?.[0];
  if (secret === undefined) return null;
  const rest = text.slice(secret.length);
  if (rest === "") return { secret, scope: null };
  if (!rest.startsWith(":")) return null;
  const match = SCOPE.exec(rest);
  if (!match?.groups) return { secret, scope: null };
  return match[0] === rest ? { secret, scope: scopeOf(match.groups) } : null;
}

function scopeOf(groups: Record<string, string | undefined>): SecretScope {
  const path = groups.path?.split("/") ?? [];
  if (groups.builtin !== undefined) return { path, builtin: groups.builtin as BuiltinRole };
  if (groups.role !== undefined) return { path, role: groups.role };
  return { path, document: groups.document ?? "" };
}
