import type { Database } from "../../store/database";
import type { TypeExpr } from "../ast";
import {
  parseExpression,
  parseFieldType,
  parseLambda,
  parseType,
  type LambdaExpr,
} from "../parser";
import { isIdentifier } from "../parser/scanner";
import { print, printBody, printFieldType, printLambda } from "../printer";
import { NO_SOURCE } from "../source";
import { printType } from "../print-type";
import { type DocVersion, type Value, fieldsOf, asText } from "../values/value";
import { hashOrder } from "./hash-order";
import { listed } from "./permissions";
import { isOfV4 } from "./queries";

const HEAD =
  "// The following schema is auto-generated.\n// This file contains FSL for FQL10-compatible schema items.\n";

function quoted(value: string): string {
  return JSON.stringify(value);
}
function number(value: Value | undefined): bigint {
  return typeof value === "object" && (value.kind === "int" || value.kind === "long")
    ? BigInt(value.value)
    : 0n;
}
function lambdaOf(value: Value | undefined): LambdaExpr {
  return parseLambda({ ...NO_SOURCE, text: asText(value) });
}
/** A text of several lines in a place that is indented. */
function indented(shown: string, by: number): string {
  return shown.replaceAll(/\n(?=.)/g, `\n${" ".repeat(by)}`);
}
function type(value: Value | undefined): string {
  return printFieldType(parseFieldType(asText(value)));
}
function predicate(value: string, indent: number): string {
  return indented(`predicate (${printLambda(lambdaOf(value))})`, indent);
}
/** A name in FSL: in quotes if it is no identifier. */
function nameText(value: Value | undefined): string {
  const name = asText(value);
  return isIdentifier(name) ? name : quoted(name);
}
function path(value: string): string {
  return value.startsWith(".") ? value : `.${value}`;
}

function index(name: string, value: Value): string {
  const fields = fieldsOf(value);
  const list = (key: string, show: (entry: ReadonlyMap<string, Value>) => string): string => {
    const entries = listed(fields.get(key)).map((entry) => show(fieldsOf(entry)));
    return entries.length ? `    ${key} [${entries.join(", ")}]\n` : "";
  };
  const ordered = (entry: ReadonlyMap<string, Value>): string =>
    entry.get("order") === "desc" ? `desc(${indexed(entry)})` : indexed(entry);
  return `  index ${name} {\n${list("terms", indexed)}${list("values", ordered)}  }\n`;
}

function indexed(entry: ReadonlyMap<string, Value>): string {
  const field = path(asText(entry.get("field")));
  return entry.get("mva") === true ? `mva(${field})` : field;
}

function constraint(value: Value): string {
  const fields = fieldsOf(value);
  const check = fieldsOf(fields.get("check"));
  if (check.size)
    return `  check ${asText(check.get("name"))} (${indented(printLambda(lambdaOf(check.get("body"))), 2)})\n`;
  const terms = listed(fields.get("unique")).map((term) =>
    typeof term === "string" ? path(term) : indexed(fieldsOf(term)),
  );
  return `  unique [${terms.join(", ")}]\n`;
}

function definedField([name, value]: [string, Value]): string {
  const field = fieldsOf(value);
  const initial = field.get("default");
  const source = { ...NO_SOURCE, text: asText(initial) };
  const shown = initial === undefined ? "" : ` = ${indented(print(parseExpression(source)), 2)}`;
  return `  ${name}: ${type(field.get("signature"))}${shown}\n`;
}

function computedField([name, value]: [string, Value]): string {
  const field = fieldsOf(value);
  const body = lambdaOf(field.get("body"));
  const shown = body.kind === "shortLambda" ? `(${printLambda(body)})` : printLambda(body);
  const typed = field.has("signature") ? `: ${type(field.get("signature"))}` : "";
  return `  compute ${name}${typed} = ${indented(shown, 2)}\n`;
}

function migration(value: Value): string {
  return [...fieldsOf(value)]
    .map(([kind, what]) => {
      const fields = fieldsOf(what);
      const [from, to] = [fields.get("field") ?? fields.get("into"), fields.get("to")];
      const targets = listed(to).map((each) => path(asText(each)));
      const initial = fields.get("value");
      return [
        `    ${kind}`,
        ...(from === undefined ? [] : [path(asText(from))]),
        ...(to === undefined ? [] : ["->", targets.join(", ")]),
        ...(initial === undefined ? [] : ["=", asText(initial)]),
      ].join(" ");
    })
    .join("");
}

/** No number of days stands for the largest one. */
function historyDays(value: Value | undefined): string {
  const days = value === undefined ? "9223372036854775807" : countable(number(value));
  return days ? `  history_days ${days}\n` : "";
}

/** The server writes as many days as have a number of nanoseconds. */
function countable(days: bigint): bigint {
  return days > MOST_DAYS ? MOST_DAYS : days;
}
const MOST_DAYS = (2n ** 63n - 1n) / 86_400_000_000_000n;

function migrations(value: Value | undefined): string {
  const all = listed(value).map(migration);
  return all.length ? `  migrations {\n${all.join("\n")}\n  }\n` : "";
}

function collection(version: DocVersion): string {
  const { data } = version;
  const alias = data.get("alias");
  const parts = [
    ...hashOrder(fieldsOf(data.get("fields"))).map(definedField),
    ...hashOrder(fieldsOf(data.get("computed_fields"))).map(computedField),
    data.has("wildcard") ? `  *: ${type(data.get("wildcard"))}\n` : "",
    ...hashOrder(fieldsOf(data.get("indexes"))).map(([name, value]) => index(name, value)),
    ...listed(data.get("constraints"))
      .filter((each) => fieldsOf(each).has("unique"))
      .map(constraint),
    ...listed(data.get("constraints"))
      .filter((each) => fieldsOf(each).has("check"))
      .map(constraint),
    historyDays(data.get("history_days")),
    data.has("ttl_days") ? `  ttl_days ${countable(number(data.get("ttl_days")))}\n` : "",
    data.has("document_ttls") ? `  document_ttls ${data.get("document_ttls") === true}\n` : "",
    migrations(data.get("migrations")),
  ];
  const head = typeof alias === "string" ? `@alias(${nameText(alias)})\n` : "";
  return `${head}collection ${nameText(data.get("name"))} {\n${parts.join("")}}\n`;
}

function fn(version: DocVersion): string {
  const { data } = version;
  const lambda = lambdaOf(data.get("body"));
  const [params, body] = printBody(lambda);
  const notes = (["alias", "role"] as const).flatMap((name) =>
    data.has(name) ? [`@${name}(${nameText(data.get(name))})\n`] : [],
  );
  const signature = data.has("signature") ? parseType(asText(data.get("signature"))) : null;
  const typed = signature?.kind === "function" ? typedHead(lambda, signature) : `(${params})`;
  return `${notes.join("")}function ${nameText(data.get("name"))}${typed} {\n${body.replace(/^(?=.)/gm, "  ")}\n}\n`;
}

/** The parameters of a function with the types that its signature has in their places. */
function typedHead(
  lambda: LambdaExpr,
  { params, rest, result }: Extract<TypeExpr, { kind: "function" }>,
): string {
  if (lambda.kind === "shortLambda") return `(): ${printType(result)}`;
  const own = lambda.params.map((param, i) => {
    const of = params[i];
    return `${param?.text ?? "_"}${of ? `: ${printType(of.type)}` : ""}`;
  });
  if (lambda.rest !== undefined)
    own.push(`...${lambda.rest?.text ?? "_"}${rest ? `: ${printType(rest.type)}` : ""}`);
  return `(${own.join(", ")}): ${printType(result)}`;
}

function privilege(value: Value): string {
  const fields = fieldsOf(value);
  const actions = [...fieldsOf(fields.get("actions"))].flatMap(([action, rule]) => {
    if (rule === true) return [`    ${action}\n`];
    return typeof rule === "string"
      ? [`    ${action} {\n      ${predicate(rule, 6)}\n    }\n`]
      : [];
  });
  return `  privileges ${nameText(fields.get("resource"))} {\n${actions.join("")}  }\n`;
}

function member(value: Value): string {
  const fields = fieldsOf(value);
  const rule = fields.get("predicate");
  const name = nameText(fields.get("resource"));
  return typeof rule === "string"
    ? `  membership ${name} {\n    ${predicate(rule, 4)}\n  }\n`
    : `  membership ${name}\n`;
}

function role(version: DocVersion): string {
  const { data } = version;
  const parts = [
    ...listed(data.get("privileges")).map(privilege),
    ...listed(data.get("membership")).map(member),
  ];
  return `role ${nameText(data.get("name"))} {\n${parts.join("")}}\n`;
}

function provider(version: DocVersion): string {
  const { data } = version;
  const roles = listed(data.get("roles")).map((entry) => {
    if (typeof entry === "string") return `  role ${nameText(entry)}\n`;
    return `  role ${nameText(fieldsOf(entry).get("role"))} {\n    ${predicate(asText(fieldsOf(entry).get("predicate")), 4)}\n  }\n`;
  });
  return `access provider ${nameText(data.get("name"))} {\n  issuer ${quoted(asText(data.get("issuer")))}\n  jwks_uri ${quoted(asText(data.get("jwks_uri")))}\n${roles.join("")}}\n`;
}

const KINDS = [
  ["Collection", collection],
  ["Function", fn],
  ["Role", role],
  ["AccessProvider", provider],
] as const;

/** A privilege without actions has no text, and so its role has none. */
function isUnwritable({ data }: DocVersion): boolean {
  return listed(data.get("privileges")).some((each) => !fieldsOf(each).has("actions"));
}

/** The FSL of the schema as of `ts`, what was made first in front. */
export function schemaText(db: Database, ts?: number): string {
  const items = KINDS.flatMap(([kind, show], rank) =>
    db
      .systemDocuments(kind, ts)
      .filter((each) => !isOfV4(each) && !isUnwritable(each))
      .map((version) => ({
        shown: show(version),
        rank,
        // What this transaction makes comes last.
        madeAt: db.madeAt(version) ?? Infinity,
      })),
  );
  items.sort((a, b) => (a.madeAt === b.madeAt ? a.rank - b.rank : a.madeAt < b.madeAt ? -1 : 1));
  return HEAD + items.map(({ shown }) => `\n${shown}`).join("");
}
