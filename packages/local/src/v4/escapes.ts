import { parseDate } from "../fql/values/times";
import { isJsonObject, type Json, type JsonObject } from "../http/read-json";
import { timeLiteral } from "./casts";
import { invalidExpression, type Position, wrongForm, wrongFormOf } from "./errors";
import { Ref, SCHEMA_CLASSES, type SchemaClass, SetRef, typeName, type V4Value } from "./values";

/** Reads a lambda that is a value. */
type ReadLambda = (json: Json, at: Position) => V4Value;

const TAGS = ["@obj", "@ref", "@set", "@ts", "@date", "@bytes", "@query"];

/** Whether an object is a tagged value, as `{"@ts": "…"}`. */
export function isEscape(json: JsonObject): boolean {
  const [tag = "", ...more] = Object.keys(json);
  return more.length === 0 && TAGS.includes(tag);
}

/** A value in which nothing is evaluated. */
export function literalOf(json: Json, at: Position, lambda: ReadLambda): V4Value {
  if (Array.isArray(json)) return json.map((item: Json, i) => literalOf(item, [...at, i], lambda));
  if (!isJsonObject(json)) return json as V4Value;
  if (!isEscape(json)) return fieldsOf(json, at, lambda);
  const [[tag, content] = ["", null]] = Object.entries(json);
  return tagged(tag, content, at, lambda);
}

function fieldsOf(json: JsonObject, at: Position, lambda: ReadLambda): V4Value {
  const fields = Object.entries(json).map(([key, value]): [string, V4Value] => [
    key,
    literalOf(value, [...at, key], lambda),
  ]);
  return new Map(fields);
}

function tagged(tag: string, content: Json, at: Position, lambda: ReadLambda): V4Value {
  switch (tag) {
    case "@obj":
      if (!isJsonObject(content)) throw invalidExpression("Invalid object.", at);
      return fieldsOf(content, at, lambda);
    case "@ref":
      return typeof content === "string" ? legacyRef(content, at) : refLiteral(content, at);
    case "@ts":
      return timeLiteral(content, at);
    case "@date":
      return dateLiteral(content, at);
    case "@bytes":
      if (typeof content !== "string") throw invalidExpression("Invalid bytes.", at);
      return { kind: "bytes", base64: content };
    case "@query":
      return lambda(content, at);
    default:
      return setLiteral(content, at);
  }
}

/** What API versions before 2.7 call collections. */
const LEGACY_CLASSES: Readonly<Record<string, SchemaClass>> = { classes: "collections" };
/** Their documents have numbers, and no names. */
const NUMBERED: readonly string[] = ["keys", "tokens", "credentials"];

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

function refLiteral(json: Json, at: Position): Ref {
  if (!isJsonObject(json)) throw invalidExpression("Invalid ref.", at);
  const inner = json["@ref"];
  if (inner !== undefined && isJsonObject(inner)) return refLiteral(inner, at);
  const { id, collection, class: legacy, ...more } = json;
  if (id === undefined || Object.keys(more).length || (collection && legacy))
    throw wrongForm(["Ref"], json, at);
  const outer = collection ?? legacy ?? null;
  const name = typeof id === "bigint" ? String(id) : id;
  if (typeof name !== "string") throw wrongForm(["String", "Integer"], id, [...at, "id"]);
  if (outer === null) return new Ref(schemaClass(name, [...at, "id"]), null);
  if (!isJsonObject(outer)) throw wrongForm(["Ref"], outer, [...at, "class"]);
  const within = refLiteral(outer, [...at, "class"]);
  const isCollection = within.collection === null || within.schemaClass === "collections";
  if (!isCollection) throw wrongFormOf(["Collection Ref"], typeName(within), [...at, "class"]);
  if (within.collection || NUMBERED.includes(within.id)) checkNumber(name, [...at, "id"]);
  return new Ref(name, within);
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

function setLiteral(json: Json, at: Position): SetRef {
  const documents = isJsonObject(json) ? json.documents : undefined;
  const collection = isJsonObject(documents) ? documents["@ref"] : undefined;
  if (collection === undefined) throw invalidExpression("Invalid set.", at);
  return new SetRef(refLiteral(collection, at));
}

function dateLiteral(json: Json, at: Position): V4Value {
  const parsed = typeof json === "string" ? parseDate(json) : null;
  if (!parsed) throw invalidExpression("Invalid date.", at);
  return parsed;
}
