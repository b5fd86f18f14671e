import type { Expr } from "../../ast";
import { unboundNames } from "../../../types/free-names";
import { isBuiltinType } from "../../builtin-types";
import type { Context } from "../../evaluator/context";
import { parseExpression, parseLambda } from "../../parser";
import { NO_SOURCE } from "../../source";
import type { Diagnostic } from "../../summary";
import type { DocVersion, Value } from "../../values/value";
import { parsePath } from "../collections";
import { evaluateDefault } from "../defaults";
import { names } from "../names";
import { listed } from "../permissions";
import { parseShape, ShapeCheck, showShape, typeNames, type Shape } from "../shapes";
import { missingField, unstorablePart } from "../shape-rules";
import { nameOfType } from "../type-of";
import { objectsIn, textOf } from "./model";
import { lambdaMistakes, mistake } from "./schema-error";

/** The collections that types may name: those there are, and the one that is being written. */
function isCollection(cx: Context, version: DocVersion): (name: string) => boolean {
  const { collections } = names(cx);
  const own = textOf(version.data, "name");
  return (name) => name === own || collections.has(name);
}

/** Types that signatures name must exist, and be of what can be stored. */
function signatureMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const known = isCollection(cx, version);
  return objectsIn(version.data.get("fields")).flatMap(([name, field]) => {
    const signature = textOf(field.fields, "signature");
    const shape = parseShape(signature);
    const place = { in: version, after: `  ${name}: `, at: signature };
    const unknown = typeNames(shape).find(
      (each) => !isBuiltinType(each) && !known(each) && !known(each.replace(/^Null(?=.)/, "")),
    );
    if (unknown !== undefined)
      return [mistake(cx, `Unknown type \`${unknown}\``, { ...place, at: unknown })];
    const part = unstorablePart(shape, known);
    if (part === null) return [];
    const coll = textOf(version.data, "name");
    const cause = mistake(cx, `Type ${part} is not persistable`, { ...place, at: part });
    const whole = mistake(cx, `Field \`${name}\` in collection ${coll} is not persistable`, place);
    return [{ ...whole, remarks: [{ ...cause, label: "cause" as const }] }];
  });
}

/** A default must be of its field's type. */
function defaultMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  return objectsIn(version.data.get("fields")).flatMap(([name, field]) => {
    const text = field.fields.get("default");
    if (typeof text !== "string") return [];
    const signature = textOf(field.fields, "signature");
    const value = evaluateDefault(cx, parseExpression({ name: "*default*", text }));
    const check = new ShapeCheck((each) => names(cx).collections.get(each));
    check.field(parseShape(signature), value, []);
    if (!check.failures.length) return [];
    const message = `Type \`${nameOfType(cx, value)}\` is not a subtype of \`${signature}\``;
    const at = text.replaceAll("'", '"');
    return [mistake(cx, message, { in: version, after: `  ${name}: ${signature} = `, at })];
  });
}

function wildcardMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const wildcard = textOf(version.data, "wildcard");
  if (!wildcard || wildcard === "Any") return [];
  const place = { in: version, after: "  *: ", at: wildcard };
  return [mistake(cx, "Top-level wildcard must have type `Any`", place)];
}

/** What leads to the body of a computed field in FSL. */
function leadOf(name: string, field: ReadonlyMap<string, Value>): string {
  const signature = textOf(field, "signature");
  return `  compute ${name}${signature && `: ${signature}`} = `;
}

/** Names that computed fields and check constraints use must exist. */
function bodyMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const computed = objectsIn(version.data.get("computed_fields")).flatMap(([name, field]) =>
    lambdaMistakes(cx, version, textOf(field.fields, "body"), leadOf(name, field.fields)),
  );
  const checks = listed(version.data.get("constraints")).flatMap((constraint) =>
    objectsIn(constraint)
      .filter(([kind]) => kind === "check")
      .flatMap(([, { fields }]) =>
        lambdaMistakes(cx, version, textOf(fields, "body"), `  check ${textOf(fields, "name")} (`),
      ),
  );
  return [...computed, ...checks];
}

interface IndexedPath {
  readonly path: readonly string[];
  readonly after: string;
}

function fieldText(entry: Value): string {
  const field =
    typeof entry === "object" && entry.kind === "object" ? entry.fields.get("field") : entry;
  return typeof field === "string" ? field : "";
}

/** The fields that indexes and unique constraints use. */
function indexedPaths(version: DocVersion): IndexedPath[] {
  const lists = objectsIn(version.data.get("indexes")).flatMap(([, { fields }]) =>
    (["terms", "values"] as const).flatMap((list) =>
      listed(fields.get(list)).map((entry) => ({ entry, after: `    ${list} [` })),
    ),
  );
  const unique = listed(version.data.get("constraints")).flatMap((constraint) => {
    const terms = typeof constraint === "object" && constraint.kind === "object";
    const entries = terms ? listed(constraint.fields.get("unique")) : [];
    return entries.map((entry) => ({ entry, after: "  unique [" }));
  });
  return [...lists, ...unique].map(({ entry, after }) => ({
    path: parsePath(fieldText(entry)),
    after,
  }));
}

const OF_EVERY_DOCUMENT = new Set(["id", "ts", "ttl", "coll", "data"]);

/** Indexes are of fields that documents can have, where the collection says which those are. */
function indexMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const fields = new Map<string, Shape>(
    objectsIn(version.data.get("fields")).map(([name, field]) => [
      name,
      parseShape(textOf(field.fields, "signature")),
    ]),
  );
  if (!fields.size) return [];
  const computed = new Set(objectsIn(version.data.get("computed_fields")).map(([name]) => name));
  return indexedPaths(version).flatMap(({ path: [first = "", ...rest], after }) => {
    if (OF_EVERY_DOCUMENT.has(first) || computed.has(first)) return [];
    const shape = fields.get(first);
    if (!shape && version.data.has("wildcard")) return [];
    const missing = shape ? missingField(shape, rest) : { type: documentType(fields), name: first };
    if (!missing) return [];
    const { type, name } = missing;
    const place = { in: version, after, at: name };
    return [mistake(cx, `Type \`${type}\` does not have field \`${name}\``, place)];
  });
}

function documentType(fields: ReadonlyMap<string, Shape>): string {
  const own = [...fields].map(([name, shape]) => `${name}: ${showShape(shape)}`);
  return `{ ${["id: ID", "ts: Time", "ttl: Time | Null", ...own].join(", ")} }`;
}

function* nodes(value: unknown): Generator<Expr> {
  if (typeof value !== "object" || value === null) return;
  if ("kind" in value && "span" in value) yield value as Expr;
  for (const [key, part] of Object.entries(value)) if (key !== "span") yield* nodes(part);
}

/** Fields of a lambda's first parameter that its body asks for. */
function ownFields(body: string): string[] {
  const lambda = parseLambda({ ...NO_SOURCE, text: body });
  const param = lambda.kind === "lambda" ? lambda.params[0]?.text : null;
  return [...nodes(lambda.body)].flatMap((node) => {
    if (node.kind !== "chain") return [];
    const { base, links } = node;
    const own = base.kind === "this" ? param === null : base.kind === "id" && base.name === param;
    const [link] = links;
    return own && (link?.kind === "field" || link?.kind === "method") ? [link.name.text] : [];
  });
}

const USE = "Computed fields used in indexes or constraints cannot";

/** What computed fields must keep from whose values an index holds: they are not told when something else changes. */
function indexedComputedMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const indexed = new Set(indexedPaths(version).map(({ path }) => path[0]));
  const all = objectsIn(version.data.get("computed_fields"));
  const computed = new Set(all.map(([name]) => name));
  const { functions } = names(cx);
  const isColl = isCollection(cx, version);
  return all.flatMap(([name, { fields }]) => {
    if (!indexed.has(name)) return [];
    const body = textOf(fields, "body");
    const complain = (what: string, at: string): Diagnostic =>
      mistake(cx, `${USE} ${what}`, { in: version, after: leadOf(name, fields), at });
    const free = unboundNames(parseLambda({ ...NO_SOURCE, text: body }), () => false);
    return [
      ...free
        .filter(({ text }) => functions.has(text))
        .map(({ text }) => complain("call UDFs", text)),
      ...free
        .filter(({ text }) => isColl(text))
        .map(({ text }) => complain("access collections", text)),
      ...ownFields(body).flatMap((field) => {
        if (computed.has(field)) return [complain("use computed fields", field)];
        return field === "ts" ? [complain("use a doc's ts field", field)] : [];
      }),
    ];
  });
}

/** What the server finds wrong with a collection when it checks the whole schema. */
export function collectionMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  return [
    ...signatureMistakes(cx, version),
    ...defaultMistakes(cx, version),
    ...wildcardMistakes(cx, version),
    ...bodyMistakes(cx, version),
    ...indexMistakes(cx, version),
    ...indexedComputedMistakes(cx, version),
  ];
}
