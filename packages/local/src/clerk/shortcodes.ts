import { fullName, membershipOf, type LocalClerkUser } from "./users";

/** What `{{user.…}}`, `{{org.…}}` and `{{org_membership.…}}` read from. */
export type ShortcodeScope = Readonly<Record<string, unknown>>;

/** The values of the shortcodes that Clerk documents, for one user in one organization or none. */
export function shortcodeScope(
  user: LocalClerkUser,
  organizationId: string | null,
): ShortcodeScope {
  const membership = membershipOf(user, organizationId);
  return {
    user: userScope(user),
    org: membership && {
      id: membership.id,
      name: membership.name,
      slug: membership.slug,
      role: membership.role,
      image_url: "",
      has_image: false,
      public_metadata: membership.publicMetadata,
    },
    org_membership: membership && { public_metadata: membership.membershipMetadata },
  };
}

function userScope(user: LocalClerkUser): Record<string, unknown> {
  const roles = user.organizations.map(({ id, role }) => [id, role] as const);
  return {
    id: user.id,
    external_id: null,
    first_name: user.firstName,
    last_name: user.lastName,
    full_name: fullName(user),
    username: user.username,
    primary_email_address: user.email,
    primary_phone_number: null,
    primary_web3_wallet: null,
    email_verified: user.email !== null,
    phone_number_verified: false,
    image_url: user.imageUrl,
    has_image: user.imageUrl !== "",
    two_factor_enabled: false,
    public_metadata: user.publicMetadata,
    unsafe_metadata: user.unsafeMetadata,
    organizations: Object.fromEntries(roles),
    created_at: Math.floor(user.createdAt / 1000),
    updated_at: Math.floor(user.createdAt / 1000),
  };
}

/**
 * Replaces the shortcodes in a template's claims, as Clerk documents it: a string that is one
 * shortcode takes the type of its value, one within a longer string is interpolated (`null` for a
 * missing value), and `{{a || b || 'c'}}` is the first operand that is neither null nor false.
 */
export function renderClaims(claims: unknown, scope: ShortcodeScope): unknown {
  if (typeof claims === "string") return renderString(claims, scope);
  if (Array.isArray(claims)) return claims.map((item) => renderClaims(item, scope));
  if (claims === null || typeof claims !== "object") return claims;
  const entries = Object.entries(claims);
  return Object.fromEntries(entries.map(([key, value]) => [key, renderClaims(value, scope)]));
}

const SHORTCODE = /\{\{(.*?)\}\}/g;
const ONLY_A_SHORTCODE = /^\s*\{\{((?:(?!\}\}).)*)\}\}\s*$/;

function renderString(text: string, scope: ShortcodeScope): unknown {
  const only = ONLY_A_SHORTCODE.exec(text)?.[1];
  if (only !== undefined) return evaluate(only, scope);
  return text.replace(SHORTCODE, (_, expression: string) => asText(evaluate(expression, scope)));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

// Quoted text may hold `||` itself, so operands are matched rather than split apart.
const OPERAND = /'[^']*'|[^|\s]+/g;

function evaluate(expression: string, scope: ShortcodeScope): unknown {
  const values = (expression.match(OPERAND) ?? []).map((operand) => read(operand, scope));
  const found = values.find((value) => value !== null && value !== false);
  return found ?? values.at(-1) ?? null;
}

function read(operand: string, scope: ShortcodeScope): unknown {
  if (operand.startsWith("'")) return operand.slice(1, -1);
  if (/^(true|false|-?\d+(\.\d+)?)$/.test(operand)) return JSON.parse(operand);
  return operand.split(".").reduce<unknown>(member, scope);
}

function member(value: unknown, key: string): unknown {
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return null;
  return (value as Record<string, unknown>)[key] ?? null;
}
