import type { AccessProvider } from "../fauna-state";

/** An issuer without what is easily overlooked: a slash at the end, the scheme, capitals. */
const normalizeIssuer = (issuer: string): string =>
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
    providers.find((provider) => normalizeIssuer(provider.issuer) === normalizeIssuer(issuer)) ??
    providers[0]
  );
}
