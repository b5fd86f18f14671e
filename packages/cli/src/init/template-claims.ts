import type { Goal } from "./goal";

type Claims = Readonly<Record<string, unknown>>;

/** By it the library sees that a token is of the organization on the screen. Null for those who are in none. */
const ORGANIZATION: Claims = { org_id: "{{org.id}}" };

/** The claims that the JWT template is to have: those that it has stay, unless the command line has others. */
export function templateClaims({ settings }: Goal, aud: unknown, before?: Claims): Claims {
  return { ...ORGANIZATION, ...before, ...settings.claims, ...(aud !== undefined && { aud }) };
}
