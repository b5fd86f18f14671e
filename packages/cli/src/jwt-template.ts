import { UsageError } from "./cli-error";

/** A JWT template as Clerk has it. */
export interface JwtTemplate {
  readonly id: string;
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** In seconds. */
  readonly lifetime: number;
  /** In seconds. */
  readonly allowedClockSkew: number;
  /** Signed with a key that the instance's JWKS does not have. */
  readonly customSigningKey: boolean;
  readonly signingAlgorithm: string;
}

/** What can be set of a {@link JwtTemplate}. */
export type JwtTemplateInput = Pick<JwtTemplate, "name" | "claims" | "lifetime">;

/** Claims that Clerk sets itself and refuses in a template. */
export const RESERVED_CLAIMS: readonly string[] = [
  ...["azp", "exp", "iat", "iss", "jti", "nbf", "sub"],
  ...["sid", "v", "pla", "fea"],
];

/** Clerk's own limits of a template's lifetime, in seconds. */
export const LIFETIME_SECONDS = { min: 30, max: 315_360_000 } as const;

/** Claims of a JWT template, of `--claim name=value`. */
export function parseClaims(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(texts.map(parseClaim));
}

function parseClaim(text: string): [string, unknown] {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name === "") throw new UsageError(`--claim ${text}: that is not name=value.`);
  if (name === "aud")
    throw new UsageError(
      "--claim aud: that is the audience of the database, and set already.",
      "init --audience sets another.",
    );
  if (RESERVED_CLAIMS.includes(name))
    throw new UsageError(
      `--claim ${name}: Clerk reserves that claim and sets it itself.`,
      "Choose another name.",
    );
  return [name, parseValue(value)];
}

/** JSON where it is JSON, so that numbers and objects can be given; text otherwise. */
function parseValue(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
