import { RESERVED_CLAIMS } from "./clerk-templates";
import { UsageError } from "./cli-error";

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
