import { SYSTEM_COLLECTIONS } from "../../../store/system";
import type { Context } from "../context";
import { listed } from "../permissions";
import { equal } from "../equality";
import { asText, array, object, type DocVersion, type Value } from "../../values/value";

/** Replaces a name in one field of the entries of a list (or of a single entry). */
function renamedIn(
  value: Value | undefined,
  field: string,
  before: string,
  after: string,
): Value | undefined {
  if (value === before) return after;
  if (typeof value !== "object") return value;
  if (value.kind === "array")
    return array(value.items.map((item) => renamedIn(item, field, before, after)!));
  if (value.kind !== "object" || value.fields.get(field) !== before) return value;
  return object(
    [...value.fields].map(([name, each]): [string, Value] => [name, name === field ? after : each]),
  );
}

function rewrite(
  cx: Context,
  coll: number,
  document: DocVersion,
  lists: readonly string[],
  field: string,
  before: string,
  after: string,
): void {
  const { id, ttl } = document;
  const data = new Map(document.data);
  for (const list of lists) {
    const renamed = renamedIn(data.get(list), field, before, after);
    if (renamed !== undefined) data.set(list, renamed);
  }
  const isSame = [...data].every(([name, value]) => equal(cx, value, document.data.get(name)!));
  if (!isSame) cx.tx.put(coll, id, data, ttl);
}

/** Roles follow the new name of a collection or function. */
export function renameResource(cx: Context, before: DocVersion, after: DocVersion): void {
  const [from, to] = [asText(before.data.get("name")), asText(after.data.get("name"))];
  if (from === to) return;
  for (const role of cx.db.systemDocuments("Role")) {
    rewrite(cx, SYSTEM_COLLECTIONS.Role, role, ["privileges", "membership"], "resource", from, to);
  }
}

/** Keys follow the new name of their database. */
export function renameDatabase(cx: Context, before: DocVersion, after: DocVersion): void {
  const [from, to] = [asText(before.data.get("name")), asText(after.data.get("name"))];
  if (from === to) return;
  for (const key of cx.db.systemDocuments("Key"))
    rewrite(cx, SYSTEM_COLLECTIONS.Key, key, ["database"], "database", from, to);
}

/** Keys are of a database, not of its name: they do not come back with another one of that name. */
export function deleteKeysOf(cx: Context, database: DocVersion): void {
  for (const key of cx.db.systemDocuments("Key"))
    if (key.data.get("database") === database.data.get("name")) cx.tx.remove(key.coll, key.id);
}

/** Access providers, functions and keys follow the new name of a role. */
export function renameRole(cx: Context, before: DocVersion, after: DocVersion): void {
  const [from, to] = [asText(before.data.get("name")), asText(after.data.get("name"))];
  if (from === to) return;
  for (const provider of cx.db.systemDocuments("AccessProvider"))
    rewrite(cx, SYSTEM_COLLECTIONS.AccessProvider, provider, ["roles"], "role", from, to);
  // A function of FQL v4 that has a role by its name keeps that name.
  for (const holder of cx.isV4 ? (["Key"] as const) : (["Function", "Key"] as const)) {
    for (const document of cx.db.systemDocuments(holder))
      rewrite(cx, SYSTEM_COLLECTIONS[holder], document, ["role"], "role", from, to);
  }
}

/** Refuses to delete a role that a function or a key names. */
export function roleInUse(cx: Context, version: DocVersion): void {
  // In FQL v4 what names the role is left with nothing.
  if (cx.isV4) return;
  const name = asText(version.data.get("name"));
  const isThis = (role: Value): boolean =>
    typeof role === "object" ? role.kind === "doc" && role.id === version.id : role === name;
  const using = (kind: "Function" | "Key"): string[] =>
    cx.db
      .systemDocuments(kind)
      .filter((each) => listed(each.data.get("role")).some(isThis))
      .map((each) => `The ${kind.toLowerCase()} \`${asText(each.data.get("name")) || each.id}\``);
  const failures = [...using("Function"), ...using("Key")].map((who) => ({
    paths: [["name"]],
    message: `${who} refers to this document by its previous identifier \`${name}\`.`,
  }));
  if (failures.length)
    throw cx.error("constraint_failure", `Failed to delete Role \`${name}\`.`, { failures });
}
