import type { Diagnostic } from "../fql/summary";
import { typeError } from "./failures";
import { SYSTEM_NAMES } from "./system-collections";
import { namesOf, type GrantSchema, type Schema } from "./schema";

const BUILTIN = new Set(["client", "server", "admin", "server-readonly"]);

/** What is wrong with the name that a role or an access provider speaks of. */
export function grantMistake(schema: Schema, { of, name }: GrantSchema): Diagnostic[] {
  const { text, span } = name;
  const fail = (message: string): Diagnostic[] => [typeError(message, span)];
  if (of === "role") {
    if (BUILTIN.has(text)) return fail(`Builtin role \`${text}\` is not allowed`);
    return schema.roles.has(text) ? [] : fail(`Role \`${text}\` does not exist`);
  }
  const { collections, functions } = schema;
  const all = of === "collection" ? collections : [...collections, ...functions];
  const exists = SYSTEM_NAMES.has(text) || all.some((each) => namesOf(each).includes(text));
  return exists ? [] : fail(`Resource \`${text}\` does not exist`);
}
