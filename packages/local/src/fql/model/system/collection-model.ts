import type { Context } from "../../evaluator/context";
import { CheckError, QueryError, type ConstraintFailure } from "../../errors";
import type { Diagnostic } from "../../summary";
import { int } from "../../values/numbers";
import { array, object, type DocVersion, type ObjectValue, type Value } from "../../values/value";
import { evaluate } from "../calls";
import { nameOfType } from "../type-of";
import { parseExpression } from "../../parser";
import { KEYWORDS } from "../../parser/scanner";
import { names } from "../names";
import { listed } from "../permissions";
import { parseShape, ShapeCheck, typeNames } from "../shapes";
import { nameTaken } from "./name-taken";
import { renameResource, resourceInUse } from "./references";
import { lambdaMistakes, mistake } from "./schema-error";
import {
  BASE_MODEL,
  isIdentifier,
  lambdaFailure,
  nameFailures,
  shapeFailures,
  textOf,
  type Fields,
  type SystemModel,
} from "./model";

const TERM = "{ field: String, mva: Boolean | Null }";
const SHAPE = parseShape(`{
  name: String, alias: String | Null, data: { *: Any } | Null, history_days: Long | Null, ttl_days: Long | Null,
  document_ttls: Boolean | Null, wildcard: String | Null,
  fields: { *: { signature: String, default: String | Null } } | Null,
  computed_fields: { *: { body: String, signature: String | Null } } | Null,
  migrations: Any,
  indexes: { *: { terms?: Array<${TERM}>, values?: Array<{ field: String, mva: Boolean | Null, order: String | Null }>, queryable: Boolean | Null, status: String | Null } } | Null,
  constraints: Array<{ unique: Array<String | ${TERM}>, status: String | Null } | { check: { name: String, body: String } }> | Null
}`);

const METHODS = new Set(
  "all byId create createData where firstWhere definition toString".split(" "),
);

function objects(value: Value | undefined): [string, ObjectValue][] {
  if (typeof value !== "object" || value.kind !== "object") return [];
  return [...value.fields].filter(
    (entry): entry is [string, ObjectValue] =>
      typeof entry[1] === "object" && entry[1].kind === "object",
  );
}

function indexFailures(fields: Fields): ConstraintFailure[] {
  return objects(fields.get("indexes")).flatMap(([name]): ConstraintFailure[] => {
    if (METHODS.has(name))
      return [{ paths: [["indexes"]], message: `The name '${name}' is reserved.` }];
    return isIdentifier(name) ? [] : [{ paths: [["indexes"]], message: "Invalid identifier." }];
  });
}

const NOT_UNIQUE = new Set(["id", "coll", "ts"]);

/** Unique constraints need terms, and not those that every document has. */
function uniqueFailures(fields: Fields): ConstraintFailure[] {
  return listed(fields.get("constraints")).flatMap((constraint, i): ConstraintFailure[] => {
    const unique =
      typeof constraint === "object" && constraint.kind === "object"
        ? constraint.fields.get("unique")
        : undefined;
    if (unique === undefined) return [];
    const terms = listed(unique);
    if (!terms.length) {
      const message = "Unique constraints must have at least one term";
      return [{ paths: [["constraints"]], message }];
    }
    return terms.flatMap((term) => {
      const path =
        typeof term === "object" && term.kind === "object" ? term.fields.get("field") : term;
      const name = typeof path === "string" ? path.replace(/^\./, "") : "";
      if (!NOT_UNIQUE.has(name)) return [];
      const message = `\`${name}\` is not supported as a unique constraint value.`;
      return [{ paths: [["constraints", i, "unique"]], message }];
    });
  });
}

function dayFailures(fields: Fields): ConstraintFailure[] {
  return ["history_days", "ttl_days"].flatMap((name) => {
    const days = fields.get(name);
    const negative = typeof days === "object" && "value" in days && Number(days.value) < 0;
    return negative ? [{ paths: [[name]], message: "Non-negative value required." }] : [];
  });
}

function fieldNameFailures(fields: Fields): ConstraintFailure[] {
  return ["fields", "computed_fields"].flatMap((group) =>
    objects(fields.get(group)).some(([name]) => !isIdentifier(name) || KEYWORDS.has(name))
      ? [{ paths: [[group]], message: "Invalid identifier." }]
      : [],
  );
}

function bodyFailures(fields: Fields): ConstraintFailure[] {
  const computed = objects(fields.get("computed_fields")).flatMap(([name, field]) =>
    lambdaFailure(textOf(field.fields, "body"), "body", ["computed_fields", name, "body"], [1]),
  );
  const checks = listed(fields.get("constraints")).flatMap((constraint, i) => {
    const check =
      typeof constraint === "object" && constraint.kind === "object"
        ? constraint.fields.get("check")
        : undefined;
    if (typeof check !== "object" || check.kind !== "object") return [];
    return lambdaFailure(
      textOf(check.fields, "body"),
      "body",
      ["constraints", i, "check", "body"],
      [1],
    );
  });
  return [...computed, ...checks];
}

/** A default that cannot be evaluated, or whose value cannot be kept. */
function defaultFailures(cx: Context, fields: Fields): ConstraintFailure[] {
  return objects(fields.get("fields")).flatMap(([name, field]): ConstraintFailure[] => {
    const text = field.fields.get("default");
    if (typeof text !== "string") return [];
    const fail = (reason: string): ConstraintFailure[] => [
      { paths: [[name]], message: `Default field evaluation failed.\n${reason}` },
    ];
    try {
      const value = evaluate(
        cx,
        parseExpression({ name: `*field:${textOf(fields, "name")}:${name}*`, text }),
        null,
      );
      const unstorable =
        typeof value === "object" &&
        ["id", "set", "lambda", "module", "collection", "method", "udf"].includes(value.kind);
      return unstorable
        ? fail(`Value has type ${nameOfType(cx, value)}, which cannot be persisted`)
        : [];
    } catch (error) {
      if (error instanceof CheckError || error instanceof QueryError) return fail(error.message);
      throw error;
    }
  });
}

/** Signatures that cannot be read. */
function signatureFailures(fields: Fields): ConstraintFailure[] {
  return objects(fields.get("fields")).flatMap(([name, field]): ConstraintFailure[] => {
    try {
      parseShape(textOf(field.fields, "signature"));
      return [];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const message = `Unable to parse type signature.\n${error.message}`;
      return [{ paths: [["fields", name, "signature"]], message }];
    }
  });
}

/** Types that signatures name must exist; the server finds out when it checks the whole schema. */
function signatureMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const { collections } = names(cx);
  const own = textOf(version.data, "name");
  return objects(version.data.get("fields")).flatMap(([name, field]) => {
    const unknown = typeNames(parseShape(textOf(field.fields, "signature"))).find(
      (each) => each !== own && !collections.has(each),
    );
    if (unknown === undefined) return [];
    const place = { in: version, after: `  ${name}: `, at: unknown };
    return [mistake(cx, `Unknown type \`${unknown}\``, place)];
  });
}

/** A default must be of its field's type; the server finds out when it checks the whole schema. */
function defaultMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  return objects(version.data.get("fields")).flatMap(([name, field]) => {
    const text = field.fields.get("default");
    if (typeof text !== "string") return [];
    const signature = textOf(field.fields, "signature");
    const value = evaluate(cx, parseExpression({ name: "*default*", text }), null);
    const check = new ShapeCheck((each) => names(cx).collections.get(each));
    check.field(parseShape(signature), value, []);
    if (!check.failures.length) return [];
    const message = `Type \`${nameOfType(cx, value)}\` is not a subtype of \`${signature}\``;
    const at = text.replaceAll("'", '"');
    return [mistake(cx, message, { in: version, after: `  ${name}: ${signature} = `, at })];
  });
}

/** Names that computed fields and check constraints use must exist. */
function bodyMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const computed = objects(version.data.get("computed_fields")).flatMap(([name, field]) => {
    const signature = textOf(field.fields, "signature");
    const lead = `  compute ${name}${signature && `: ${signature}`} = `;
    return lambdaMistakes(cx, version, textOf(field.fields, "body"), lead);
  });
  const checks = listed(version.data.get("constraints")).flatMap((constraint) => {
    const check =
      typeof constraint === "object" && constraint.kind === "object"
        ? constraint.fields.get("check")
        : undefined;
    if (typeof check !== "object" || check.kind !== "object") return [];
    const { fields } = check;
    const lead = `  check ${textOf(fields, "name")} (`;
    return lambdaMistakes(cx, version, textOf(fields, "body"), lead);
  });
  return [...computed, ...checks];
}

/** Defaults that a definition shows although nobody wrote them. */
function completed(fields: Fields): Map<string, Value> {
  const data = new Map(fields);
  const indexes = objects(fields.get("indexes")).map(([name, index]): [string, Value] => [
    name,
    completedIndex(index),
  ]);
  data.set("indexes", object(indexes));
  data.set("constraints", array(listed(fields.get("constraints")).map(completedConstraint)));
  if (!data.has("history_days")) data.set("history_days", int(0));
  return data;
}

function completedIndex(index: ObjectValue): Value {
  const fields = new Map(index.fields);
  const values = index.fields.get("values");
  if (values !== undefined) {
    const ordered = listed(values).map((each) => {
      const entry = new Map((each as ObjectValue).fields);
      if (!entry.has("order")) entry.set("order", "asc");
      return object(entry);
    });
    fields.set("values", array(ordered));
  }
  if (!fields.has("queryable")) fields.set("queryable", true);
  fields.set("status", "complete");
  return object(fields);
}

function completedConstraint(constraint: Value): Value {
  const { fields } = constraint as ObjectValue;
  return fields.has("unique") ? object([...fields, ["status", "active"]]) : constraint;
}

/** `Collection` documents: the definitions of the user's collections. */
export const COLLECTION_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const shape = shapeFailures(cx, SHAPE, fields);
    if (shape.length) return shape;
    const basic = [
      ...nameFailures(fields),
      ...nameTaken(cx, "Collection", fields, before),
      ...indexFailures(fields),
      ...fieldNameFailures(fields),
      ...uniqueFailures(fields),
      ...dayFailures(fields),
    ];
    if (basic.length) return basic;
    const bodies = [...signatureFailures(fields), ...bodyFailures(fields)];
    return bodies.length ? bodies : defaultFailures(cx, fields);
  },
  complete(cx, fields, before) {
    const id = before?.id ?? BigInt(cx.db.newCollectionId());
    return { id, data: completed(fields) };
  },
  verify: (cx, version) => [
    ...signatureMistakes(cx, version),
    ...defaultMistakes(cx, version),
    ...bodyMistakes(cx, version),
  ],
  written(cx, version, before) {
    if (before) renameResource(cx, before, version);
  },
  deleting(cx, version) {
    resourceInUse(cx, version);
    const coll = Number(version.id);
    for (const entry of [
      ...cx.db.collection(coll).index("all")!.scan("", cx.tx.ts, {}, false, null),
    ])
      cx.tx.remove(coll, entry.id);
  },
};
