import { parseShape } from "../shape-text";
import type { ObjectShape, Shape } from "../shape";

const TERM = "{ field: String, mva: Boolean | Null }";
const VALUE = `{ field: String, order: "asc" | "desc" | Null, mva: Boolean | Null }`;
const INDEX = `status: "building" | "complete" | "failed" | Null, queryable: Boolean | Null`;
const DEFINITION = parseShape(`{
  name: String, alias: String | Null, data: { *: Any } | Null, history_days: Long | Null, ttl_days: Long | Null,
  document_ttls: Boolean | Null, wildcard: String | Null,
  fields: { *: { signature: String, default: String | Null, backfill_value: Any } } | Null,
  computed_fields: { *: { body: String, signature: String | Null } } | Null,
  indexes: { *: Any } | Null, constraints: Array<Any> | Null, migrations: Array<Any> | Null
}`);
const INDEXES = oneOf(
  `{ ${INDEX} }`,
  `{ terms: Array<${TERM}>, ${INDEX} }`,
  `{ values: Array<${VALUE}>, ${INDEX} }`,
  `{ terms: Array<${TERM}>, values: Array<${VALUE}>, ${INDEX} }`,
);
const CONSTRAINTS = oneOf(
  "{}",
  "{ check: { name: String, body: String } }",
  `{ unique: Array<String> | Array<${TERM}>, status: Any }`,
);
const MIGRATIONS = oneOf(
  "{}",
  "{ backfill: { field: String, value: String } }",
  "{ drop: { field: String } }",
  "{ split: { field: String, to: Array<String> } }",
  "{ move: { field: String, to: String } }",
  "{ add: { field: String } }",
  "{ move_conflicts: { into: String } }",
  "{ move_wildcard: { into: String } }",
  "{ add_wildcard: { *: Any } }",
);
/** What a `Collection` document must be. */
export const COLLECTION_SHAPE: Shape = {
  kind: "object",
  rest: null,
  fields: new Map([
    ...(DEFINITION as ObjectShape).fields,
    ["indexes", orNull({ kind: "object", fields: new Map(), rest: INDEXES })],
    ["constraints", orNull({ kind: "array", of: CONSTRAINTS })],
    ["migrations", orNull({ kind: "array", of: MIGRATIONS })],
  ]),
};

/** One of several objects, of which messages tell what all of them have. */
function oneOf(shown: string, ...texts: readonly string[]): Shape {
  return { kind: "union", of: texts.map(parseShape), shown };
}

function orNull(shape: Shape): Shape {
  return { kind: "union", of: [shape, { kind: "name", name: "Null" }] };
}
