import type { ClerkInstance } from "../publishable-key";

/** An access provider, as Fauna shows it. */
export interface AccessProvider {
  readonly name: string;
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly audience: string;
  readonly roles?: ProviderRole | readonly ProviderRole[] | null;
}

/** A role of an access provider: always granted, or by a predicate over the claims. */
export type ProviderRole = string | { readonly role: string; readonly predicate?: string };

/** Whether two issuers differ in what is easily overlooked only: a slash at the end, the scheme, capitals. */
export function isNearly(one: string, other: string): boolean {
  const bare = (issuer: string): string =>
    issuer
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, "")
      .replace(/\/+$/, "");
  return bare(one) === bare(other);
}

/** The provider that is meant for a Clerk instance, wrong as it may be: by name, issuer, nearly so, or the first. */
export function chooseProvider(
  providers: readonly AccessProvider[],
  instance: ClerkInstance | undefined,
  name?: string,
): AccessProvider | undefined {
  if (name !== undefined) return providers.find((provider) => provider.name === name);
  const issuer = instance?.issuer ?? "";
  return (
    providers.find((provider) => provider.issuer === issuer) ??
    providers.find((provider) => isNearly(provider.issuer, issuer)) ??
    providers[0]
  );
}

/** The names of a provider's roles. */
export function roleNames({ roles }: AccessProvider): string[] {
  return rolesOf(roles).map((role) => (typeof role === "string" ? role : role.role));
}

/** Whether each of a provider's roles depends on the claims. */
export function isConditional({ roles }: AccessProvider): boolean {
  return rolesOf(roles).every((role) => typeof role === "object" && role.predicate !== undefined);
}

function rolesOf(roles: AccessProvider["roles"]): readonly ProviderRole[] {
  return [roles ?? []].flat<(readonly ProviderRole[] | ProviderRole)[]>();
}
