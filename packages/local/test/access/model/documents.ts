import { listOf } from "./listed";
import type { Cx } from "./context";
import { applyText, notFound } from "./evaluate";
import { denied, mayCreate, mayDelete, mayRead, mayWrite } from "./rights";
import {
  at,
  Doc,
  Failure,
  Named,
  Rec,
  sameValue,
  Time,
  type Fields,
  type Value,
  type Version,
} from "./values";

type Absence = "permission denied" | "not found" | "deleted";

/** What a document says to who asks; why he sees nothing, if so. */
export function look(cx: Cx, doc: Doc): Version | Absence {
  const { asOf, fixed, deleted } = doc.more;
  if (fixed) return fixed;
  if (deleted) return "deleted";
  if (!mayRead(cx, doc)) return "permission denied";
  return cx.world.read(doc.coll, doc.id, asOf ?? cx.asOf) ?? "not found";
}

/** What a document says, or an error. */
function content(cx: Cx, doc: Doc, name: string): Version {
  const found = look(cx, doc);
  if (typeof found !== "string") return found;
  if (found === "deleted")
    throw new Failure("invalid_null_access", `Cannot access \`${name}\` on null.`);
  throw found === "permission denied" ? denied() : notFound(doc);
}

export function fieldOf(cx: Cx, value: Value, name: string): Value {
  if (value === null)
    throw new Failure("invalid_null_access", `Cannot access \`${name}\` on null.`);
  if (value instanceof Rec) return value.fields.get(name) ?? null;
  if (value instanceof Named && name === "definition") return new Doc("Collection", value.name);
  if (Array.isArray(value) && name === "length") return (value as readonly Value[]).length;
  if (!(value instanceof Doc)) return null;
  if (name === "id" || (name === "name" && isSystem(value.coll))) return value.id;
  if (name === "coll") return new Named("collection", value.coll);
  const version = content(cx, value, name);
  if (name === "ts") return new Time(version.ts);
  const computed = definitions(cx, value.coll).get(name);
  if (computed instanceof Rec) return compute(cx, computed, value);
  if (name === "data" && !isSystem(value.coll)) return new Rec(version.fields);
  return inTime(version.fields.get(name) ?? null, value.more.asOf);
}

/** References in a document are of the time that it was read as of. */
function inTime(value: Value, asOf: number | undefined): Value {
  if (asOf === undefined) return value;
  if (value instanceof Doc) return new Doc(value.coll, value.id, { asOf });
  return Array.isArray(value)
    ? (value as readonly Value[]).map((item) => inTime(item, asOf))
    : value;
}

export function isSystem(coll: string): boolean {
  return [
    "Collection",
    "Role",
    "Key",
    "Token",
    "Credential",
    "Function",
    "Database",
    "AccessProvider",
  ].includes(coll);
}

const NONE: Fields = new Map();

function definitions(cx: Cx, coll: string): Fields {
  const defined = cx.world.system("Collection", coll, "computed_fields");
  return defined instanceof Rec ? defined.fields : NONE;
}

function compute(cx: Cx, definition: Rec, doc: Doc): Value {
  return applyText(cx, String(definition.fields.get("body")), [doc]);
}

/** The fields that a collection computes of a document, with the rights of who asks. */
export function computedFields(cx: Cx, doc: Doc): Fields {
  const defined = [...definitions(cx, doc.coll)];
  return new Map(defined.map(([name, definition]) => [name, compute(cx, definition as Rec, doc)]));
}

/** Makes a document; with `onlyData`, what is called `id` is data, too. */
export function create(cx: Cx, coll: string, given: Rec, onlyData = false): Doc {
  const { id: ownId = null, ...rest } = onlyData
    ? { ...Object.fromEntries(given.fields), id: null }
    : Object.fromEntries(given.fields);
  const id = ownId === null ? cx.world.newId() : String(ownId);
  const mistake = given.fields.has("id") && !onlyData ? mistakeOf(ownId) : null;
  if (mistake !== null)
    throw broken(`Failed to create document in collection \`${coll}\`.`, [["id"]], mistake);
  const fields = kept(onlyData ? given.fields : new Map(Object.entries(rest)));
  writable(cx);
  if (!mayCreate(cx, coll, id, { ts: cx.world.now, fields }, ownId !== null)) throw denied();
  if (cx.world.read(coll, id)) throw exists(coll, id);
  return store(cx, "create", new Doc(coll, id), fields);
}

/** What is wrong with an id that is given. */
function mistakeOf(id: Value): string | null {
  if (id === null) return "Missing required field of type ID | String | Long";
  if (typeof id === "number" && id < 0) return "id must be nonnegative";
  const isText = typeof id === "string" && !/^\d+$/.test(id);
  return isText ? "Expected ID | String | Long, provided String" : null;
}

export function change(cx: Cx, doc: Doc, given: Rec, replaces: boolean): Doc {
  const shown = content(cx, doc, replaces ? "replace" : "update");
  const changed = ({ fields }: Version): Fields =>
    kept(replaces ? given.fields : merged(fields, given.fields));
  writable(cx);
  if (!mayWrite(cx, doc, shown, changed(shown))) throw denied();
  const current = cx.world.read(doc.coll, doc.id);
  if (!current) throw notFound(doc);
  return store(cx, "update", doc, changed(current));
}

export function remove(cx: Cx, doc: Doc): Doc {
  content(cx, doc, "delete");
  writable(cx);
  if (!mayDelete(cx, doc)) throw denied();
  if (!cx.world.read(doc.coll, doc.id)) throw notFound(doc);
  cx.world.write(doc.coll, doc.id, null);
  if (doc.coll === "Collection") cx.world.drop(doc.id);
  if (doc.coll === "Database") cx.world.children.delete(doc.id);
  return new Doc(doc.coll, doc.id, { deleted: true });
}

export function writable(cx: Cx): void {
  if (cx.readsOnly) throw new Failure("invalid_effect", "`write` effect is not allowed here.");
  if (cx.history)
    throw new Failure("invalid_write", "Cannot write at a snapshot time in the past.");
}

/** An update: objects merge into objects, and null takes away. */
function merged(fields: Fields, given: Fields): Fields {
  const into = ([name, value]: readonly [string, Value]): [string, Value] => {
    const old = fields.get(name);
    const both = old instanceof Rec && value instanceof Rec;
    return [name, both ? new Rec(kept(merged(old.fields, value.fields))) : value];
  };
  return new Map([...fields, ...[...given].map(into)]);
}

/** What is stored: no nulls, and a Long that would do as an Int is one. */
function kept(fields: Fields): Fields {
  const stored = ([name, value]: readonly [string, Value]): [string, Value] => [
    name,
    typeof value === "bigint" ? Number(value) : value,
  ];
  return new Map([...fields].filter(([, value]) => value !== null).map(stored));
}

function exists(coll: string, id: string): Failure {
  const message = `Collection \`${coll}\` already contains document with id ${id}.`;
  return new Failure("document_id_exists", message);
}

/** Writes a document, and judges what the collection demands: checks with the rights of who writes, unlike `unique`. */
function store(cx: Cx, verb: "create" | "update", doc: Doc, fields: Fields): Doc {
  const { coll, id } = doc;
  const constraints = listOf(cx.world.system("Collection", coll, "constraints")) as readonly Rec[];
  cx.world.write(coll, id, fields);
  for (const { fields: constraint } of constraints) {
    const check = constraint.get("check");
    if (check instanceof Rec && applyText(cx, String(check.fields.get("body")), [doc]) !== true) {
      const what =
        verb === "create"
          ? `document in collection \`${coll}\``
          : `document with id ${id} in collection \`${coll}\``;
      const message = `Document failed check constraint \`${String(check.fields.get("name"))}\``;
      throw broken(`Failed to ${verb} ${what}.`, [], message);
    }
  }
  for (const { fields: constraint } of constraints) {
    const unique = listOf(constraint.get("unique") ?? null) as readonly string[];
    if (unique.length && isTaken(cx, coll, id, unique))
      throw broken("Failed unique constraint.", [unique], "Failed unique constraint");
  }
  return doc;
}

function isTaken(cx: Cx, coll: string, id: string, paths: readonly string[]): boolean {
  const key = (fields: Fields): readonly Value[] => paths.map((path) => at(fields, path));
  const own = key(cx.world.read(coll, id)?.fields ?? new Map());
  if (own.every((value) => value === null)) return false;
  return cx.world
    .all(coll)
    .some((other) => other.id !== id && sameValue(key(other.version.fields), own));
}

function broken(text: string, paths: readonly unknown[], message: string): Failure {
  return new Failure("constraint_failure", text, { constraint_failures: [{ paths, message }] });
}
