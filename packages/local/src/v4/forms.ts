import { typeName } from "./type-names";
import { isJsonObject, type Json, type JsonObject } from "../http/read-json";
import { isEscape, literalOf } from "./escapes";
import { invalidExpression, joined, type Position, wrongForm, wrongFormOf } from "./errors";
import type { Expression } from "./expressions";
import type { Parser } from "./parse";
import { type Lambda } from "./values";
import { type ApiVersion, isBefore } from "./versions";

interface Form {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly since: ApiVersion;
  parse(json: JsonObject, at: Position, parser: Parser): Expression;
}

/** The form, no plain call, that takes exactly these keys. */
export function findForm(keys: readonly string[], version: ApiVersion): Form | undefined {
  return FORMS.find(
    ({ required, optional, since }) =>
      !isBefore(version, since) &&
      keys.every((key) => required.includes(key) || optional.includes(key)) &&
      required.every((key) => keys.includes(key)),
  );
}

function form(
  required: string,
  parse: Form["parse"],
  { optional = "", since = "2.0" }: { optional?: string; since?: ApiVersion } = {},
): Form {
  const names = (text: string): string[] => text.split(" ").filter((name) => name !== "");
  return { required: names(required), optional: names(optional), since, parse };
}

/** Forms that are not plain calls, since they bind variables or do not evaluate all of their parts. */
const FORMS: readonly Form[] = [
  form("var", ({ var: name = null }, at) => {
    if (typeof name !== "string") throw wrongForm(["String"], name, [...at, "var"]);
    return { kind: "var", name, position: at };
  }),
  form("let in", (json, at, parser) => {
    const [bindings, body] = joined(
      () => bindingsOf(json.let ?? null, at, parser),
      () => parser.parse(json.in ?? null, [...at, "in"]),
    );
    return { kind: "let", bindings, body };
  }),
  form("if then else", (json, at, parser) => ({
    kind: "if",
    condition: parser.parse(json.if ?? null, [...at, "if"]),
    then: parser.parse(json.then ?? null, [...at, "then"]),
    otherwise: parser.parse(json.else ?? null, [...at, "else"]),
    position: at,
  })),
  logic("and"),
  logic("or"),
  form("do", (json, at, parser) => {
    const steps = json.do ?? null;
    if (!Array.isArray(steps)) throw wrongForm(["Array"], steps, [...at, "do"]);
    if (steps.length === 0) throw emptyList([...at, "do"]);
    return {
      kind: "do",
      steps: steps.map((step: Json, i) => parser.parse(step, [...at, "do", i])),
    };
  }),
  form("object", (json, at, parser) => {
    const fields = json.object ?? null;
    if (!isJsonObject(fields)) throw wrongForm(["Object"], fields, [...at, "object"]);
    const entries = Object.entries(unescaped(fields, [...at, "object"], at)).map(
      ([key, value]): [string, Expression] => [key, parser.parse(value, [...at, "object", key])],
    );
    return { kind: "object", fields: entries };
  }),
  form("quote", (json, at, parser) => parser.literal(json.quote ?? null, [...at, "quote"])),
  form("query", (json, at, parser) => parser.parseLambda(json.query ?? null, [...at, "query"])),
  form("at expr", (json, at, parser) => ({
    kind: "at",
    time: parser.parse(json.at ?? null, [...at, "at"]),
    body: parser.parse(json.expr ?? null, [...at, "expr"]),
    position: at,
  })),
  select("select", "all default"),
  select("select_all", "default"),
  select("select_as_index", "default"),
];

/** Only since version 3 what follows need not hold. */
function logic(operator: "and" | "or"): Form {
  return form(
    operator,
    (json, at, parser) => {
      const value = json[operator] ?? null;
      const position = [...at, operator];
      if (!Array.isArray(value))
        return { kind: "logic", operator, operands: [parser.parse(value, position)], position };
      if (value.length === 0) throw emptyList(position);
      const operands = value.map((item: Json, i) => parser.parse(item, [...position, i]));
      return { kind: "logic", operator, operands, position };
    },
    { since: "3" },
  );
}

function select(name: string, optional: string): Form {
  return form(
    `${name} from`,
    (json, at, parser) => {
      const part = (key: string): Expression | undefined =>
        json[key] === undefined ? undefined : parser.parse(json[key], [...at, key]);
      const everything: Expression = { kind: "literal", value: true };
      return {
        kind: "select",
        path: parser.parse(json[name] ?? null, [...at, name]),
        from: parser.parse(json.from ?? null, [...at, "from"]),
        all: name === "select" ? part("all") : everything,
        fallback: part("default"),
        eager: isBefore(parser.version, "3"),
        name,
        position: at,
      };
    },
    { optional },
  );
}

/** Bindings as `[{x: …}, {y: …}]`, or the older `{x: …, y: …}`; all that is wrong with them is told. */
function bindingsOf(json: Json, outer: Position, parser: Parser): [string, Expression][] {
  const at = [...outer, "let"];
  if (Array.isArray(json))
    return joined(
      ...json.map((item: Json, i) => (): [string, Expression] => {
        const [entry, ...more] = isJsonObject(item) ? Object.entries(item) : [];
        if (!entry || more.length > 0) throw wrongForm(["Object"], item, [...at, i]);
        return [entry[0], parser.parse(entry[1], [...at, i, entry[0]])];
      }),
    );
  if (!isJsonObject(json)) throw wrongForm(["Array"], json, at);
  return joined(
    ...Object.entries(unescaped(json, at, outer)).map(
      ([name, value]) =>
        (): [string, Expression] => [name, parser.parse(value, [...at, name])],
    ),
  );
}

/** The fields of an object; one that looks like a tagged value is read as that, and must be an object. */
function unescaped(json: JsonObject, at: Position, outer: Position): JsonObject {
  if (!isEscape(json)) return json;
  const content = json["@obj"];
  if (isJsonObject(content)) return content;
  const value = literalOf(json, at, noLambda);
  if (value.kind === "literal") throw wrongFormOf(["Object"], typeName(value.value), outer);
  if (value.kind === "call") throw wrongFormOf(["Object"], "Set", outer);
  throw invalidExpression("Invalid object.", at);
}

function noLambda(_json: Json, at: Position): Lambda {
  throw invalidExpression("Invalid lambda.", at);
}

function emptyList(at: Position): Error {
  return invalidExpression("Expression list cannot be empty.", at);
}
