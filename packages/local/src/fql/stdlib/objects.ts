import type { Context } from "../model/context";
import { nameOfType } from "../model/type-of";
import { documentObject } from "../model/document-fields";
import { absenceError, absenceOf } from "../model/read";
import { display } from "../model/display";
import { array, nullBecause, object, type ArrayValue, type Value } from "../values/value";
import { implement } from "./implement";
import type { TypeTable } from "./method";

/** The fields of an object or a document; a document that is not there is a wrong argument. */
function fieldsOf(cx: Context, value: Value, argument: string): ReadonlyMap<string, Value> {
  if (typeof value === "object" && value.kind === "object") return value.fields;
  if (typeof value !== "object" || value.kind !== "doc") {
    const reason = "expected either an object or a document";
    throw cx.error("invalid_argument", `invalid argument \`${argument}\`: ${reason}`);
  }
  const absence = absenceOf(cx, value);
  if (!absence) return documentObject(cx, value);
  const { message } = absenceError(cx, value, absence, null);
  const reason =
    absence === "permission denied"
      ? "null value, due to permission denied"
      : uncapitalized(message);
  throw cx.error("invalid_argument", `invalid argument \`${argument}\`: ${reason}`);
}

function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function entry(cx: Context, value: Value, index: number): [string, Value] {
  const fail = (message: string): Error =>
    cx.error("invalid_argument", `invalid argument \`entries\`: ${message}`);
  if (typeof value !== "object" || value.kind !== "array") {
    throw fail(
      `expected an array for each element of the outer array, but saw type ${nameOfType(cx, value)} at index ${index}`,
    );
  }
  const [key, field] = value.items;
  if (value.items.length !== 2)
    throw fail(
      `expected inner array of length 2 but saw length ${value.items.length} at index ${index}`,
    );
  if (typeof key === "string") return [key, field!];
  throw fail(
    `expected a string for the first element of each inner array, but saw type ${nameOfType(cx, key!)} at index ${index}`,
  );
}

/** The value at a path of names; undefined where it does not lead. */
function select(cx: Context, from: Value, path: ArrayValue): Value | undefined {
  let value: Value | undefined = from;
  for (const name of path.items) {
    if (typeof name !== "string")
      throw cx.error("invalid_argument", "invalid argument `path`: expected an array of strings");
    value =
      typeof value === "object" && value.kind === "object" ? value.fields.get(name) : undefined;
  }
  return value;
}

/** Functions of `Object`. */
export const OBJECT_MODULE: TypeTable = implement("Module", {
  "assign(destination: Object<A>, source: Object<B>) => { *: A | B }": (cx, _self, to, from) =>
    object([...fieldsOf(cx, to, "destination"), ...fieldsOf(cx, from, "source")]),
  "entries(object: Object<A>) => Array<[String, A]>": (cx, _self, from) =>
    array([...fieldsOf(cx, from, "object")].map((each) => array(each))),
  "fromEntries(entries: Array<[String, A]>) => { *: A }": (cx, _self, entries) =>
    object(entries.items.map((each, i) => entry(cx, each, i))),
  "hasPath(object: Struct, path: Array<String>) => Boolean": (cx, _self, from, path) =>
    select(cx, from, path) !== undefined,
  "keys(object: AnyObject) => Array<String>": (cx, _self, from) =>
    array([...fieldsOf(cx, from, "object").keys()]),
  "select(object: Struct, path: Array<String>) => Any": (cx, _self, from, path) =>
    select(cx, from, path) ?? nullBecause("no value in object found at path", cx.frame!.span),
  "toString(object: Any) => String": (cx, _self, value) => display(cx, value),
  "values(object: Object<A>) => Array<A>": (cx, _self, from) =>
    array([...fieldsOf(cx, from, "object").values()]),
});
