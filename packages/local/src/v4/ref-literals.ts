import { typeName } from "./type-names";
import { isJsonObject, type Json } from "../http/read-json";
import { invalidExpression, joined, type Position, wrongForm, wrongFormOf } from "./errors";
import { NUMBERED, Ref, SCHEMA_CLASSES, type SchemaClass } from "./values";

/** What API versions before 2.7 call collections. */
const LEGACY_CLASSES: Readonly<Record<string, SchemaClass>> = { classes: "collections" };

/** A reference as a text or as an object. */
export function refLiteral(json: Json, at: Position): Ref {
  if (typeof json === "string") return legacyRef(json, at);
  if (!isJsonObject(json)) throw invalidExpression("Invalid ref.", at);
  return refOf(json, at);
}

function schemaClass(name: string, at: Position): SchemaClass {
  const known = LEGACY_CLASSES[name] ?? name;
  if (!(known in SCHEMA_CLASSES))
    throw invalidExpression(`Valid native collection name expected, '${name}' provided.`, at);
  return known as SchemaClass;
}

/** `collections/NAME/ID` and its kin, as the first drivers wrote references. */
function legacyRef(path: string, at: Position): Ref {
  const [first = "", name, id, ...more] = path.split("/");
  const outer = LEGACY_CLASSES[first] ?? first;
  if (!(outer in SCHEMA_CLASSES) || more.length) throw invalidExpression("Invalid ref.", at);
  if (name === undefined) return new Ref(outer, null);
  const wellFormed = NUMBERED.includes(outer) ? /^\d+$/.test(name) : name !== "";
  const hasDocuments = id === undefined || (outer === "collections" && /^\d+$/.test(id));
  if (!wellFormed || !hasDocuments) throw invalidExpression("Invalid ref.", at);
  const named = Ref.to(outer as SchemaClass, name);
  return id === undefined ? named : new Ref(id, named);
}

/** The id, the collection and the database are looked at together. */
function refOf(json: Json, at: Position): Ref {
  if (!isJsonObject(json)) throw wrongForm(["Ref"], json, at);
  const { "@ref": inner, ...more } = json;
  if (inner !== undefined && Object.keys(more).length === 0) return refOf(inner, at);
  const { id, collection, class: legacy, database, ...others } = json;
  if (id === undefined || Object.keys(others).length || (collection && legacy))
    throw wrongForm(["Ref"], json, at);
  const [name, outer, scope] = joined(
    () => idOf(id, [...at, "id"]),
    () => collectionOf(collection ?? legacy ?? null, [...at, "class"]),
    () => databaseOf(database ?? null, [...at, "database"]),
  );
  if (!outer) return schemaClassOf(name, scope, [...at, "id"]);
  const isNamed = outer.collection === null && !outer.database && !NUMBERED.includes(outer.id);
  if (isNamed && typeof name === "string") return Ref.to(outer.id as SchemaClass, name, scope);
  if (scope) throw wrongFormOf(["Null"], "Database Ref", [...at, "database"]);
  if (typeof name === "string") checkNumber(name, [...at, "id"]);
  return new Ref(String(name), outer);
}

function idOf(id: Json, at: Position): string | bigint {
  if (typeof id === "string" || typeof id === "bigint") return id;
  throw wrongForm(["String", "Integer"], id, at);
}

function collectionOf(json: Json, at: Position): Ref | null {
  if (json === null) return null;
  const ref = refOf(json, at);
  if (ref.collection === null || ref.schemaClass === "collections") return ref;
  throw wrongFormOf(["Collection Ref"], typeName(ref), at);
}

function databaseOf(json: Json, at: Position): Ref | null {
  if (json === null) return null;
  const ref = refOf(json, at);
  if (ref.schemaClass === "databases") return ref;
  throw wrongFormOf(["Database Ref"], typeName(ref), at);
}

function schemaClassOf(name: string | bigint, database: Ref | null, at: Position): Ref {
  if (typeof name === "string") return new Ref(schemaClass(name, at), null, database);
  throw wrongFormOf(["String"], "Number", at);
}

function checkNumber(id: string, at: Position): void {
  const problem = problemOfNumber(id);
  if (problem) throw invalidExpression(problem, at);
}

/** What is wrong with a document's id; undefined if nothing is. */
export function problemOfNumber(id: string): string | undefined {
  if (/^[+-]?\d+$/.test(id) && BigInt.asIntN(64, BigInt(id)) === BigInt(id)) return undefined;
  if (/^\d*$/.test(id)) return `The id provided is too large: '${id}'`;
  return `Number or numeric String expected, non-numeric '${id}' provided.`;
}
