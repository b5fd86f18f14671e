import type { Database } from "../../store/database";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import { parseLambda } from "../parser";
import { printBody, printLambda } from "../printer";
import { NO_SOURCE } from "../source";
import type { DocVersion, Value } from "../values/value";
import { listed } from "./permissions";

const HEAD =
  "// The following schema is auto-generated.\n// This file contains FSL for FQL10-compatible schema items.\n";

function fieldsOf(value: Value | undefined): ReadonlyMap<string, Value> {
  return typeof value === "object" && value.kind === "object"
    ? value.fields
    : new Map<string, Value>();
}
function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
function quoted(value: string): string {
  return JSON.stringify(value);
}
function number(value: Value | undefined): bigint {
  return typeof value === "object" && (value.kind === "int" || value.kind === "long")
    ? BigInt(value.value)
    : 0n;
}
function predicate(value: string): string {
  return `predicate (${printLambda(parseLambda({ ...NO_SOURCE, text: value }))})`;
}
/** A resource as FSL names it; one that is no identifier is quoted. */
function resourceName(value: Value | undefined): string {
  const name = text(value);
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name);
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
  const mva = (entry: ReadonlyMap<string, Value>): string => {
    const field = path(text(entry.get("field")));
    return entry.get("mva") === true ? `mva(${field})` : field;
  };
  const ordered = (entry: ReadonlyMap<string, Value>): string =>
    entry.get("order") === "desc" ? `desc(${mva(entry)})` : mva(entry);
  return `  index ${name} {\n${list("terms", mva)}${list("values", ordered)}  }\n`;
}

function constraint(value: Value): string {
  const fields = fieldsOf(value);
  const check = fieldsOf(fields.get("check"));
  if (check.size)
    return `  check ${text(check.get("name"))} (${printLambda(parseLambda({ ...NO_SOURCE, text: text(check.get("body")) }))})\n`;
  const terms = listed(fields.get("unique")).map((term) =>
    path(typeof term === "string" ? term : text(fieldsOf(term).get("field"))),
  );
  return `  unique [${terms.join(", ")}]\n`;
}

function collection(version: DocVersion): string {
  const { data } = version;
  const alias = data.get("alias");
  const parts = [
    ...[...fieldsOf(data.get("fields"))].map(([name, field]) => {
      const initial = fieldsOf(field).get("default");
      return `  ${name}: ${text(fieldsOf(field).get("signature"))}${typeof initial === "string" ? ` = ${initial.replaceAll("'", '"')}` : ""}\n`;
    }),
    data.has("wildcard") ? `  *: ${text(data.get("wildcard"))}\n` : "",
    ...[...fieldsOf(data.get("computed_fields"))].map(([name, field]) => {
      const signature = fieldsOf(field).get("signature");
      const body = printLambda(
        parseLambda({ ...NO_SOURCE, text: text(fieldsOf(field).get("body")) }),
      );
      return `  compute ${name}${typeof signature === "string" ? `: ${signature}` : ""} = ${body}\n`;
    }),
    number(data.get("history_days")) ? `  history_days ${number(data.get("history_days"))}\n` : "",
    data.has("ttl_days") ? `  ttl_days ${number(data.get("ttl_days"))}\n` : "",
    ...[...fieldsOf(data.get("indexes"))].map(([name, value]) => index(name, value)),
    ...listed(data.get("constraints")).map(constraint),
  ];
  const head = typeof alias === "string" ? `@alias(${alias})\n` : "";
  return `${head}collection ${text(data.get("name"))} {\n${parts.join("")}}\n`;
}

function fn(version: DocVersion): string {
  const { data } = version;
  const lambda = parseLambda({ ...NO_SOURCE, text: text(data.get("body")) });
  const [params, body] = printBody(lambda);
  const notes = (["alias", "role"] as const).flatMap((name) =>
    data.has(name) ? [`@${name}(${text(data.get(name))})\n`] : [],
  );
  return `${notes.join("")}function ${text(data.get("name"))}(${params}) {\n${body.replace(/^(?=.)/gm, "  ")}\n}\n`;
}

function privilege(value: Value): string {
  const fields = fieldsOf(value);
  const actions = [...fieldsOf(fields.get("actions"))].flatMap(([action, rule]) => {
    if (rule === true) return [`    ${action}\n`];
    return typeof rule === "string" ? [`    ${action} {\n      ${predicate(rule)}\n    }\n`] : [];
  });
  return `  privileges ${resourceName(fields.get("resource"))} {\n${actions.join("")}  }\n`;
}

function member(value: Value): string {
  const fields = fieldsOf(value);
  const rule = fields.get("predicate");
  const name = resourceName(fields.get("resource"));
  return typeof rule === "string"
    ? `  membership ${name} {\n    ${predicate(rule)}\n  }\n`
    : `  membership ${name}\n`;
}

function role(version: DocVersion): string {
  const { data } = version;
  const parts = [
    ...listed(data.get("privileges")).map(privilege),
    ...listed(data.get("membership")).map(member),
  ];
  return `role ${text(data.get("name"))} {\n${parts.join("")}}\n`;
}

function provider(version: DocVersion): string {
  const { data } = version;
  const roles = listed(data.get("roles")).map((entry) => {
    if (typeof entry === "string") return `  role ${entry}\n`;
    return `  role ${text(fieldsOf(entry).get("role"))} {\n    ${predicate(text(fieldsOf(entry).get("predicate")))}\n  }\n`;
  });
  return `access provider ${text(data.get("name"))} {\n  issuer ${quoted(text(data.get("issuer")))}\n  jwks_uri ${quoted(text(data.get("jwks_uri")))}\n${roles.join("")}}\n`;
}

const KINDS = [
  ["Collection", collection],
  ["Function", fn],
  ["Role", role],
  ["AccessProvider", provider],
] as const;

/** The FSL of the schema with `changed` in it and `without` out of it, and where the item of `changed` starts. */
export function schemaText(
  db: Database,
  changed?: DocVersion,
  without?: DocVersion,
): { text: string; start: number } {
  let result = HEAD;
  let start = 0;
  const items = KINDS.flatMap(([kind, print], rank) => {
    const coll = SYSTEM_COLLECTIONS[kind];
    const here = changed?.coll === coll ? changed : undefined;
    const stored = db
      .systemDocuments(kind)
      .filter((version) => version.id !== without?.id || version.coll !== without.coll);
    const versions = stored.map((version) => (version.id === here?.id ? here : version));
    if (here && !versions.includes(here)) versions.push(here);
    return versions.map((version) => {
      const madeAt = db.madeAt(version) ?? Infinity;
      return { version, print, rank, madeAt };
    });
  });
  // What FQL makes is added at the end of the file.
  items.sort((a, b) => (a.madeAt === b.madeAt ? a.rank - b.rank : a.madeAt < b.madeAt ? -1 : 1));
  for (const { version, print } of items) {
    result += "\n";
    if (version === changed) start = result.length;
    result += print(version);
  }
  return { text: result, start };
}
