import { int } from "../../values/numbers";
import type { ConstraintFailure } from "../../errors";
import { shapeName } from "../../values/type-names";
import { fieldsOf, type Value, type Fields } from "../../values/value";
import { listed } from "../permissions";
import { applyV4Index } from "../v4-indexes";
import { BASE_MODEL, clash, notUnique, type SystemModel } from "./model";

/** An index that has all documents in one place is kept in this many parts. */
const PARTITIONS = 8;

/** Whether an index is without terms, or has the class as its only one. */
function isOfClass(fields: Fields): boolean {
  const [term, ...more] = listed(fields.get("terms"));
  if (term === undefined) return true;
  const [step, ...steps] = listed(fieldsOf(term).get("field"));
  return more.length === 0 && step === "class" && steps.length === 0;
}

function withDefaults(fields: Fields): Map<string, Value> {
  return new Map<string, Value>([
    ["serialized", true],
    ["partitions", int(isOfClass(fields) ? PARTITIONS : 1)],
    ...fields,
    ["active", true],
  ]);
}

const MISSING = "Missing required field of type Ref";

/** Each term and value is an object that names a field or a binding. */
function entryFailures(list: string, value: Value | undefined): ConstraintFailure[] {
  return listed(value).flatMap((entry): ConstraintFailure[] => {
    if (typeof entry !== "object" || entry.kind !== "object") {
      const wanted = list === "terms" ? "Term" : "Value";
      return [{ paths: [[list]], message: `Expected ${wanted}, provided ${shapeName(entry)}` }];
    }
    if (entry.fields.has("field") || entry.fields.has("binding")) return [];
    const message = "Must provide one of the following: field, binding";
    return [{ paths: [["field"]], message }];
  });
}

/** `Index` documents: the indexes of FQL v4. */
export const INDEX_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    if (!fields.has("source")) return [{ paths: [["source"]], message: MISSING }];
    const wrong = ["terms", "values"].flatMap((list) => entryFailures(list, fields.get(list)));
    if (wrong.length) return wrong;
    if (clash(cx.db.systemDocuments("Index"), fields, "name", before))
      throw notUnique(cx, ["name"]);
    return [];
  },
  complete: (cx, fields, before) => ({
    id: before?.id ?? cx.db.newSystemId(),
    data: withDefaults(fields),
  }),
  written(cx, version, before) {
    if (before) applyV4Index(cx, before, true);
    applyV4Index(cx, version);
  },
  deleting: (cx, version) => applyV4Index(cx, version, true),
};
