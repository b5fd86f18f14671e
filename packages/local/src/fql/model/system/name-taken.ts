import type { Context } from "../context";
import type { ConstraintFailure } from "../../errors";
import { isIdentifier } from "../../parser/scanner";
import type { DocVersion, Fields } from "../../values/value";
import { isReserved } from "../globals";
import { names } from "../names";

/** Why a collection or function cannot have its name or alias, by which it is known everywhere: collections and functions share their names. */
export function nameTaken(
  cx: Context,
  own: "Collection" | "Function",
  fields: Fields,
  before: DocVersion | null,
): ConstraintFailure[] {
  const { collections, functions } = names(cx);
  const ids = { Collection: collections, Function: functions };
  const kinds =
    own === "Function"
      ? (["Function", "Collection"] as const)
      : (["Collection", "Function"] as const);
  return ["name", "alias"].flatMap((field): ConstraintFailure[] => {
    const name = fields.get(field);
    if (typeof name !== "string") return [];
    const fail = (message: string): ConstraintFailure[] => [{ paths: [[field]], message }];
    if (!cx.isV4 && isReserved(cx, name)) return fail(`The identifier \`${name}\` is reserved.`);
    if (!cx.isV4 && !isIdentifier(name)) return fail("Invalid identifier.");
    // What a document was known by until now is taken for its other field, too.
    const isKept = before?.data.get(field) === name;
    const taken = kinds.find((kind) => {
      const id = ids[kind].get(name);
      return id !== undefined && !(isKept && kind === own && BigInt(id) === before.id);
    });
    if (!taken) return [];
    const its = cx.db.systemDocument(taken, name) ? "name" : "alias";
    return fail(`A ${taken} already exists with the ${its} \`${name}\``);
  });
}
