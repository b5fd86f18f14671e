import { UsageError } from "./cli-error";

/** A JWT template of a Clerk instance. */
export interface JwtTemplate {
  readonly id: string;
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** In seconds. */
  readonly lifetime: number;
  /** In seconds. */
  readonly allowedClockSkew: number;
  /** Whether it signs with a key that is not in the instance's JWKS. */
  readonly customSigningKey: boolean;
  readonly signingAlgorithm: string;
}

/** The fields of a {@link JwtTemplate} that `init` sets. */
export type JwtTemplateInput = Pick<JwtTemplate, "name" | "claims" | "lifetime">;

/** Claims that Clerk sets itself and rejects in a template. */
export const RESERVED_CLAIMS: readonly string[] = [
  ...["azp", "exp", "iat", "iss", "jti", "nbf", "sub"],
  ...["sid", "v", "pla", "fea"],
];

/** Clerk's limits for the lifetime of a template's tokens. */
export const LIFETIME_SECONDS = { min: 30, max: 315_360_000 } as const;

/** Parses `--claim name=value` options. */
export function parseClaims(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(texts.map(parseClaim));
}

function parseClaim(text: string): [string, unknown] {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name === "") throw new UsageError(`--claim ${text} is not name=value.`);
  if (name === "aud")
    throw new UsageError(
      "--claim aud: init already sets it to the audience of the database.",
      "To set another audience, use init --audience.",
    );
  if (RESERVED_CLAIMS.includes(name))
    throw new UsageError(
      `--claim ${name}: Clerk reserves this claim and sets it itself.`,
      "Choose another name.",
    );
  return [name, parseValue(value)];
}

/** Accepts JSON, for numbers and objects; anything else is text. */
function parseValue(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
