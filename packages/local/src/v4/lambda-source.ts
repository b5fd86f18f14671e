import { isJsonObject, type Json, type JsonObject } from "../http/read-json";
import { isEscape } from "./escapes";

/** An expression as the server shows it again: bindings as one object, the operands of `and` and `or` as a list. */
export function sourceOf(json: Json): Json {
  if (Array.isArray(json)) return json.map(sourceOf);
  if (!isJsonObject(json) || isEscape(json)) return json;
  const [first, ...more] = Object.keys(json);
  const { object: fields, let: bindings } = json;
  const alone = more.length === 0;
  if (alone && isJsonObject(fields)) return { object: each(fields) };
  if (alone && (first === "and" || first === "or"))
    return { [first]: [json[first] ?? null].flat().map(sourceOf) };
  if (bindings !== undefined && "in" in json) {
    const all = Array.isArray(bindings) ? bindings.filter(isJsonObject) : [bindings];
    const shown = Object.assign({}, ...all.filter(isJsonObject).map(each)) as JsonObject;
    return { let: shown, in: sourceOf(json.in ?? null) };
  }
  return each(json);
}

function each(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, sourceOf(value)]));
}
