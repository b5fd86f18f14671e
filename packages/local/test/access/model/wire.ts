import type { Cx } from "./context";
import { computedFields, isSystem, look } from "./documents";
import { paginate } from "./pages";
import {
  Day,
  Doc,
  EventSource,
  isNumber,
  Lambda,
  Named,
  Rec,
  Rows,
  Time,
  type Value,
} from "./values";

/** A value as the tagged format has it, as who asks sees it. */
export function encode(cx: Cx, value: Value, inside = false): unknown {
  if (isNumber(value)) return encodeNumber(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Time) return { "@time": timeText(value.micros) };
  if (value instanceof Day) return { "@date": value.text };
  if (value instanceof Named)
    return value.kind === "function" ? `[function ${value.name}()]` : { "@mod": value.name };
  if (value instanceof Lambda) return "[function <lambda>]";
  if (value instanceof EventSource) return { "@stream": follow(cx, value) };
  if (value instanceof Rows) return { "@set": encode(cx, paginate(cx, value, value.pageSize)) };
  if (value instanceof Rec) return encodeFields(cx, value.fields, inside);
  if (value instanceof Doc) return inside ? { "@ref": nameOf(value) } : encodeDocument(cx, value);
  return value.map((item) => encode(cx, item, inside));
}

function encodeNumber(value: number | bigint): unknown {
  if (typeof value === "bigint") return { "@long": String(value) };
  if (!Number.isInteger(value)) return { "@double": String(value) };
  return { [Math.abs(value) < 2 ** 31 ? "@int" : "@long"]: String(value) };
}

function encodeFields(cx: Cx, fields: Iterable<readonly [string, Value]>, inside: boolean): object {
  return Object.fromEntries([...fields].map(([name, value]) => [name, encode(cx, value, inside)]));
}

function nameOf({ coll, id }: Doc): object {
  return { [isSystem(coll) && !/^\d+$/.test(id) ? "name" : "id"]: id, coll: { "@mod": coll } };
}

function encodeDocument(cx: Cx, doc: Doc): unknown {
  const found = look(cx, doc);
  if (typeof found === "string") return { "@ref": { ...nameOf(doc), exists: false, cause: found } };
  return {
    "@doc": {
      ...nameOf(doc),
      ts: { "@time": timeText(found.ts) },
      ...encodeFields(cx, computedFields(cx, doc), true),
      ...encodeFields(cx, found.fields, true),
    },
  };
}

export function timeText(micros: number): string {
  return new Date(micros / 1000).toISOString().replace(".000Z", "Z");
}

function follow({ world }: Cx, source: EventSource): string {
  const token = `source${world.sources.size}`;
  world.sources.set(token, source);
  return token;
}
