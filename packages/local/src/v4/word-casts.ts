import type { Cast } from "./casts";
import { invalidArgument, listOf, wrongType } from "./errors";
import { typeName } from "./type-names";

const FORMS = ["NFKCCaseFold", "NFC", "NFD", "NFKC", "NFKD"];
/** How texts are made comparable. */
export const normalizer: Cast<string> = (value, position) => {
  if (typeof value === "string" && FORMS.includes(value)) return value;
  const names = FORMS.map((form) => `'${form}'`);
  throw invalidArgument(`String ${listOf(names)} expected, ${typeName(value)} provided.`, position);
};
export const timeUnit: Cast<string> = (value, position) => {
  if (typeof value === "string") return value;
  throw wrongType(["Time Unit"], typeName(value), position);
};

const ACTIONS = ["create", "update", "delete"];
/** What happens to a document. */
export const documentAction: Cast<string> = (value, position) => {
  if (typeof value === "string" && ACTIONS.includes(value)) return value;
  const names = listOf(ACTIONS.map((name) => `'${name}'`));
  throw invalidArgument(`String ${names} expected, ${typeName(value)} provided.`, position);
};
const OF_SETS: Readonly<Record<string, string>> = {
  add: "add",
  create: "add",
  remove: "remove",
  delete: "remove",
};
/** The same of an event: that a document comes to be adds it to a set. */
export const eventAction: Cast<string> = (value, position, evaluator) => {
  const ofSet = typeof value === "string" ? OF_SETS[value] : undefined;
  return ofSet ?? documentAction(value, position, evaluator);
};
