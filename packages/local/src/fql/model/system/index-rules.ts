import { CheckError, type ConstraintFailure } from "../../errors";
import { parseExpression } from "../../parser";
import { isIdentifier } from "../../parser/scanner";
import { NO_SOURCE } from "../../source";
import { fieldsOf, type ObjectValue, type Value, type Fields } from "../../values/value";
import { parsePath } from "../collections";
import { listed } from "../permissions";
import { objectsIn } from "./model";

/** Names that no index may have: those of methods that collections have or will have. */
const METHODS = new Set(
  "all byId create createAll createData where firstWhere definition toString".split(" "),
);

/** What no index may look documents up by, list, or be unique in. */
const REFUSED: Readonly<Record<"terms" | "values" | "unique", Readonly<Record<string, string>>>> = {
  terms: {
    id: "`id` is not supported as an index term, use the native byId method to look up a document by its id.",
    coll: "`coll` is not supported as an index term.",
    ts: "`ts` may only be used as an index value, not as an index term.",
  },
  values: { coll: "`coll` is not supported as a specified index value." },
  unique: Object.fromEntries(
    ["id", "coll", "ts"].map((name) => [
      name,
      `\`${name}\` is not supported as a unique constraint value.`,
    ]),
  ),
};

/** Why a text is no path to a field for a use; null when it is one. */
function pathFault(text: string, use: keyof typeof REFUSED): string | null {
  if (text === "") return "Value cannot be empty.";
  if (!isPath(text)) return `Value \`${text}\` is not a valid FQL path expression.`;
  return REFUSED[use][parsePath(text)[0]!] ?? null;
}

/** `.a.b`, `a["b"][0]`: fields and positions, nothing that is called or may be null. */
function isPath(text: string): boolean {
  try {
    const source = { ...NO_SOURCE, text: text.startsWith(".") ? text : `.${text}` };
    const path = parseExpression(source, true);
    if (path.kind !== "shortLambda" || path.body.kind !== "chain") return false;
    return path.body.links.every((link) => {
      if (link.kind === "field") return !link.optional;
      const [key] = link.kind === "index" && !link.optional ? link.args : [];
      if (key?.kind !== "value") return false;
      return typeof key.value === "string" || typeof key.value === "object";
    });
  } catch (error) {
    if (error instanceof CheckError) return false;
    throw error;
  }
}

/** The path that an entry names; none if it is of the wrong type. */
function fieldText(entry: Value): string[] {
  const field =
    typeof entry === "object" && entry.kind === "object" ? entry.fields.get("field") : entry;
  return typeof field === "string" ? [field] : [];
}

function pathFailures(
  name: string,
  index: ObjectValue,
  list: "terms" | "values",
): ConstraintFailure[] {
  return listed(index.fields.get(list)).flatMap((entry, i) =>
    fieldText(entry)
      .flatMap((text) => pathFault(text, list) ?? [])
      .map((message) => ({ paths: [["indexes", name, list, i, "field"]], message })),
  );
}

/** What the server says of an index is not for others to say. */
function statusFailures(
  path: readonly (string | number)[],
  index: Value | undefined,
  before: Value | undefined,
): ConstraintFailure[] {
  const status = fieldsOf(index).get("status");
  if (status === undefined || status === fieldsOf(before).get("status")) return [];
  const message = "Failed to update field because it is readonly";
  return [{ paths: [[...path, "status"]], message }];
}

/** Indexes whose names or fields cannot be. */
export function indexFailures(fields: Fields, before: Fields | undefined): ConstraintFailure[] {
  const known = new Map(objectsIn(before?.get("indexes")));
  return objectsIn(fields.get("indexes")).flatMap(([name, index]): ConstraintFailure[] => {
    if (METHODS.has(name))
      return [{ paths: [["indexes"]], message: `The name '${name}' is reserved.` }];
    if (!isIdentifier(name)) return [{ paths: [["indexes"]], message: "Invalid identifier." }];
    return [
      ...pathFailures(name, index, "terms"),
      ...pathFailures(name, index, "values"),
      ...statusFailures(["indexes", name], index, known.get(name)),
    ];
  });
}

function uniqueTerms(fields: Fields): [number, string[]][] {
  return listed(fields.get("constraints")).flatMap((constraint, i): [number, string[]][] => {
    const unique =
      typeof constraint === "object" && constraint.kind === "object"
        ? constraint.fields.get("unique")
        : undefined;
    return unique === undefined ? [] : [[i, listed(unique).flatMap(fieldText)]];
  });
}

/** Unique constraints need terms that can be. Their status is compared with what stood at their place. */
export function uniqueFailures(fields: Fields, before: Fields | undefined): ConstraintFailure[] {
  const [constraints, known] = [fields, before].map((of) => listed(of?.get("constraints")));
  return uniqueTerms(fields).flatMap(([i, terms]) => [
    ...terms
      .flatMap((term) => pathFault(term, "unique") ?? [])
      .map((message) => ({ paths: [["constraints", i, "unique"]], message })),
    ...statusFailures(["constraints", i], constraints![i], known![i]),
  ]);
}

/** Unique constraints of nothing, and those that are there twice. */
export function uniqueClashes(fields: Fields): ConstraintFailure[] {
  const seen = new Set<string>();
  return uniqueTerms(fields).flatMap(([, terms]): ConstraintFailure[] => {
    const fail = (message: string): ConstraintFailure => ({ paths: [["constraints"]], message });
    if (!terms.length) return [fail("Unique constraints must have at least one term")];
    const shown = `[${terms.map((term) => (/^[.[]/.test(term) ? term : `.${term}`)).join(", ")}]`;
    if (seen.has(shown)) return [fail(`Duplicate unique constraint on path ${shown}`)];
    seen.add(shown);
    return [];
  });
}
