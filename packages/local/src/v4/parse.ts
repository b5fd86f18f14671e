import { parseDate } from "../fql/values/times";
import type { QueryValue } from "../fql/values/value";
import { isJsonObject, plain, readJson, type Json, type JsonObject } from "../http/read-json";
import { timeLiteral } from "./casts";
import { invalidExpression, listOf, type Position, each } from "./errors";
import type { Expression, LambdaExpression } from "./expressions";
import { findFunction } from "./functions";
import { Lambda, Ref, SetRef, type SchemaClass, type V4Value } from "./values";

/** Reads a function that a document holds. */
export function parseStored({ text }: QueryValue): Lambda {
  const { parameters, body, source } = parseLambda(readJson(text), [], NO_VARIABLES);
  return new Lambda(parameters, body, source, null);
}

/** Variables that an expression may use. */
type Bound = ReadonlySet<string>;

const NO_VARIABLES: Bound = new Set();

/** Reads a query in the wire format of the `faunadb` driver. Every error of its form is found before it runs. */
export function parseQuery(json: Json): Expression {
  return parse(json, [], NO_VARIABLES);
}

function parse(json: Json, at: Position, bound: Bound): Expression {
  if (Array.isArray(json))
    return { kind: "array", items: each(json, (item: Json, i) => parse(item, [...at, i], bound)) };
  if (!isJsonObject(json)) return { kind: "literal", value: json as V4Value };
  const keys = Object.keys(json);
  const form = FORMS.find(({ allowed, required }) => fits(keys, allowed, required));
  if (form) return form.parse(json, at, bound);
  return parseCall(json, keys, at, bound) ?? parseEscape(json, keys, at, bound);
}

function fits(
  keys: readonly string[],
  allowed: readonly string[],
  required: readonly string[],
): boolean {
  return keys.every((key) => allowed.includes(key)) && required.every((key) => keys.includes(key));
}

function parseCall(
  json: JsonObject,
  keys: readonly string[],
  at: Position,
  bound: Bound,
): Expression | undefined {
  const target = findFunction(keys);
  if (!target) return undefined;
  const args = new Map<string, Expression>();
  for (const key of Object.keys(target.parameters)) {
    const value = json[key];
    if (value === undefined) continue;
    const position = [...at, key];
    const { lambda } = target.parameters[key] ?? {};
    const isLambda = lambda === "or" ? isJsonObject(value) && "lambda" in value : lambda;
    args.set(key, isLambda ? parseLambda(value, position, bound) : parse(value, position, bound));
  }
  return { kind: "call", target, args, position: at };
}

interface Form {
  readonly required: readonly string[];
  readonly allowed: readonly string[];
  parse(json: JsonObject, at: Position, bound: Bound): Expression;
}

function form(required: string, optional: string, parseForm: Form["parse"]): Form {
  const names = (text: string): string[] => text.split(" ").filter((name) => name !== "");
  return {
    required: names(required),
    allowed: [...names(required), ...names(optional)],
    parse: parseForm,
  };
}

/** Forms that are not plain calls, since they bind variables or do not evaluate all of their parts. */
const FORMS: readonly Form[] = [
  form("var", "", ({ var: name = null }, at, bound) => {
    if (typeof name !== "string") throw wrongForm(["String"], name, [...at, "var"]);
    if (!bound.has(name)) throw invalidExpression(`Variable '${name}' is not defined.`, at);
    return { kind: "var", name };
  }),
  form("let in", "", (json, at, bound) => {
    const bindings: [string, Expression][] = [];
    const known = new Set(bound);
    for (const [name, value, position] of letBindings(json.let ?? null, [...at, "let"])) {
      bindings.push([name, parse(value, position, known)]);
      known.add(name);
    }
    return { kind: "let", bindings, body: parse(json.in ?? null, [...at, "in"], known) };
  }),
  form("if then else", "", (json, at, bound) => ({
    kind: "if",
    condition: parse(json.if ?? null, [...at, "if"], bound),
    then: parse(json.then ?? null, [...at, "then"], bound),
    otherwise: parse(json.else ?? null, [...at, "else"], bound),
    position: at,
  })),
  logic("and"),
  logic("or"),
  form("do", "", (json, at, bound) => {
    const steps = json.do ?? null;
    if (!Array.isArray(steps)) throw wrongForm(["Array"], steps, [...at, "do"]);
    if (steps.length === 0) throw emptyList([...at, "do"]);
    return {
      kind: "do",
      steps: steps.map((step: Json, i) => parse(step, [...at, "do", i], bound)),
    };
  }),
  form("object", "", (json, at, bound) => {
    const fields = json.object ?? null;
    if (!isJsonObject(fields)) throw wrongForm(["Object"], fields, [...at, "object"]);
    return parseFields(unescaped(fields), [...at, "object"], bound);
  }),
  form("quote", "", (json, at) => ({ kind: "literal", value: literal(json.quote ?? null, at) })),
  form("query", "", (json, at, bound) => parseLambda(json.query ?? null, [...at, "query"], bound)),
  form("at expr", "", (json, at, bound) => ({
    kind: "at",
    time: parse(json.at ?? null, [...at, "at"], bound),
    body: parse(json.expr ?? null, [...at, "expr"], bound),
    position: at,
  })),
  select("select", "all default"),
  select("select_all", "default"),
  select("select_as_index", "default"),
];

function logic(operator: "and" | "or"): Form {
  return form(operator, "", (json, at, bound) => {
    const value = json[operator] ?? null;
    const position = [...at, operator];
    if (!Array.isArray(value))
      return {
        kind: "logic",
        operator,
        operands: [parse(value, position, bound)],
        isList: false,
        position,
      };
    if (value.length === 0) throw emptyList(position);
    const operands = value.map((item: Json, i) => parse(item, [...position, i], bound));
    return { kind: "logic", operator, operands, isList: true, position };
  });
}

function select(name: string, optional: string): Form {
  return form(`${name} from`, optional, (json, at, bound) => {
    const part = (key: string): Expression | undefined =>
      json[key] === undefined ? undefined : parse(json[key], [...at, key], bound);
    const everything: Expression = { kind: "literal", value: true };
    return {
      kind: "select",
      path: parse(json[name] ?? null, [...at, name], bound),
      from: parse(json.from ?? null, [...at, "from"], bound),
      all: name === "select" ? part("all") : everything,
      fallback: part("default"),
      name,
      position: at,
    };
  });
}

/** Bindings as `[{x: …}, {y: …}]`, or the older `{x: …, y: …}`. */
function letBindings(json: Json, at: Position): [string, Json, Position][] {
  if (Array.isArray(json))
    return json.map((item: Json, i) => {
      const [entry, ...more] = isJsonObject(item) ? Object.entries(item) : [];
      if (!entry || more.length > 0) throw wrongForm(["Object"], item, [...at, i]);
      return [entry[0], entry[1], [...at, i, entry[0]]];
    });
  if (!isJsonObject(json)) throw wrongForm(["Array"], json, at);
  return Object.entries(unescaped(json)).map(([name, value]) => [name, value, [...at, name]]);
}

function parseFields(json: JsonObject, at: Position, bound: Bound): Expression {
  const fields = Object.entries(json).map(([key, value]): [string, Expression] => [
    key,
    parse(value, [...at, key], bound),
  ]);
  return { kind: "object", fields };
}

function parseLambda(json: Json, at: Position, bound: Bound): LambdaExpression {
  if (!isJsonObject(json)) throw wrongForm(["Lambda"], json, at);
  const { lambda = null, expr = null } = json;
  if (Object.keys(json).sort().join() !== "expr,lambda") throw unknownForm(Object.keys(json), at);
  const parameters = lambdaParameters(lambda, [...at, "lambda"]);
  const known = new Set([...bound, ...[parameters].flat()]);
  const body = parse(expr, [...at, "expr"], known);
  return { kind: "lambda", parameters, body, source: { lambda: plain(lambda), expr: plain(expr) } };
}

function lambdaParameters(json: Json, at: Position): string | string[] {
  if (typeof json === "string") return json;
  if (!Array.isArray(json)) throw wrongForm(["String", "Array"], json, at);
  return json.map((item: Json, i) => {
    if (typeof item !== "string") throw wrongForm(["String"], item, [...at, i]);
    return item;
  });
}

/** Values that have no literal in JSON come as `{"@tag": …}`. */
function parseEscape(
  json: JsonObject,
  keys: readonly string[],
  at: Position,
  bound: Bound,
): Expression {
  const [tag] = keys;
  const content = tag === undefined ? undefined : json[tag];
  if (keys.length !== 1 || tag === undefined || content === undefined) throw unknownForm(keys, at);
  if (tag === "@obj") {
    if (!isJsonObject(content)) throw invalidExpression("Invalid object.", at);
    return parseFields(content, at, bound);
  }
  if (tag === "@query") {
    if (!isJsonObject(content)) throw invalidExpression("Invalid lambda.", at);
    const { kind: _kind, ...parts } = parseLambda(withoutVersion(content), at, NO_VARIABLES);
    return { kind: "literal", value: new Lambda(parts.parameters, parts.body, parts.source, null) };
  }
  return { kind: "literal", value: escape(tag, content, keys, at) };
}

function escape(tag: string, content: Json, keys: readonly string[], at: Position): V4Value {
  switch (tag) {
    case "@ref":
      return refLiteral(content, at);
    case "@ts":
      return timeLiteral(content, at);
    case "@date":
      return dateLiteral(content, at);
    case "@bytes":
      if (typeof content !== "string") throw invalidExpression("Invalid bytes.", at);
      return { kind: "bytes", base64: content };
    case "@set":
      return setLiteral(content, at);
    default:
      throw unknownForm(keys, at);
  }
}

/** A value in which nothing is evaluated. */
function literal(json: Json, at: Position): V4Value {
  if (Array.isArray(json)) return json.map((item: Json, i) => literal(item, [...at, i]));
  if (!isJsonObject(json)) return json as V4Value;
  const entries = Object.entries(json);
  const [first] = entries;
  if (entries.length === 1 && first?.[0].startsWith("@") && first[0] !== "@obj")
    return escape(first[0], first[1], [first[0]], at);
  return new Map(
    Object.entries(unescaped(json)).map(([key, value]) => [key, literal(value, [...at, key])]),
  );
}

function refLiteral(json: Json, at: Position): Ref {
  const { id, collection, class: legacy } = isJsonObject(json) ? json : {};
  const outer = collection ?? legacy;
  if (typeof id !== "string") throw invalidExpression("Invalid ref.", at);
  if (outer === undefined) return new Ref(LEGACY_CLASSES[id] ?? id, null);
  if (!isJsonObject(outer) || outer["@ref"] === undefined)
    throw invalidExpression("Invalid ref.", at);
  return new Ref(id, refLiteral(outer["@ref"], at));
}

/** What API versions before 2.7 call collections. */
const LEGACY_CLASSES: Readonly<Record<string, SchemaClass>> = { classes: "collections" };

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

function unescaped(json: JsonObject): JsonObject {
  const inner = Object.keys(json).length === 1 ? json["@obj"] : undefined;
  return isJsonObject(inner) ? inner : json;
}

function withoutVersion(json: Json): Json {
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).filter(([key]) => key !== "api_version"));
}

function wrongForm(expected: readonly string[], provided: Json, at: Position): Error {
  return invalidExpression(`${listOf(expected)} expected, ${jsonType(provided)} provided.`, at);
}

function jsonType(json: Json): string {
  if (json === null) return "Null";
  if (Array.isArray(json)) return "Array";
  const names: Readonly<Record<string, string>> = {
    bigint: "Integer",
    number: "Double",
    boolean: "Boolean",
    string: "String",
  };
  return names[typeof json] ?? "Object";
}

function emptyList(at: Position): Error {
  return invalidExpression("Expression list cannot be empty.", at);
}

function unknownForm(keys: readonly string[], at: Position): Error {
  return invalidExpression(
    `No form/function found, or invalid argument keys: { ${keys.join(", ")} }.`,
    at,
  );
}
