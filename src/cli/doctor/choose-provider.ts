import type { AccessProvider } from "../init/fauna-state";

/** Whether two issuers differ in what is easily overlooked only: a slash at the end, the scheme, capitals. */
export function isNearly(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

const bare = (issuer: string): string =>
  issuer
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");

/** The provider that is meant for an issuer, wrong as it may be: by name, by issuer, nearly so, or the first. */
export function chooseProvider(
  providers: readonly AccessProvider[],
  issuer: string,
  name?: string,
): AccessProvider | undefined {
  if (name !== undefined) return providers.find((provider) => provider.name === name);
  return (
    providers.find((provider) => provider.issuer === issuer) ??
    providers.find((provider) => isNearly(provider.issuer, issuer)) ??
    providers[0]
  );
}
