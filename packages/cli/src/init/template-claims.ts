import type { Setup } from "./goal";

type Claims = Readonly<Record<string, unknown>>;

/** By it the library sees that a token is of the organization on the screen. Null for those who are in none. */
const ORGANIZATION_CLAIM: Claims = { org_id: "{{org.id}}" };

/** The claims that the JWT template is to have: those that it has stay, unless the command line has others. */
export function templateClaims({ settings }: Setup, aud: unknown, before?: Claims): Claims {
  return {
    ...ORGANIZATION_CLAIM,
    ...before,
    ...settings.claims,
    ...(aud !== undefined && { aud }),
  };
}
