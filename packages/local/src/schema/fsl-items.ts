import { parseLambda } from "../fql/parser";
import { printLambda } from "../fql/printer";
import type { Span } from "../fql/source";
import { FslReader, type Named } from "./fsl-reader";

export type ItemKind = "Collection" | "Function" | "Role" | "AccessProvider";

/** A declaration of FSL, with what its document is to hold. */
export interface FslItem {
  readonly kind: ItemKind;
  readonly name: string;
  /** Where its name stands. */
  readonly span: Span;
  readonly start: number;
  readonly end: number;
  /** Fields of the document besides its name. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An item and the file that it is in. */
export interface LocatedItem {
  readonly filename: string;
  readonly text: string;
  readonly item: FslItem;
}

/** How each kind is declared and called. */
export const KINDS: Readonly<
  Record<ItemKind, { readonly noun: string; readonly article: string }>
> = {
  Collection: { noun: "collection", article: "a collection" },
  Function: { noun: "function", article: "a function" },
  Role: { noun: "role", article: "a role" },
  AccessProvider: { noun: "access provider", article: "an access provider" },
};

type Fields = Record<string, unknown>;
type Notes = Readonly<Record<string, string>>;

/** Reads all declarations of a file. Throws `CheckError`. */
export function parseFsl(text: string, filename = "main.fsl"): FslItem[] {
  const reader = new FslReader({ name: filename, text });
  const items: FslItem[] = [];
  while (reader.skip()) items.push(item(reader));
  return items;
}

function item(reader: FslReader): FslItem {
  const start = reader.at;
  const notes = annotations(reader);
  reader.skip();
  const at = reader.at;
  const keyword = reader.name();
  if (keyword === undefined) throw reader.fail("Expected annotation or schema item");
  const declare = Object.hasOwn(DECLARATIONS, keyword) ? DECLARATIONS[keyword] : undefined;
  if (!declare)
    throw reader.failAt(`Invalid schema item \`${keyword}\``, reader.span(at, reader.at));
  if (keyword === "access") reader.need("provider");
  const { name, span } = reader.named();
  return { start, name, span, ...declare(reader, notes), end: reader.at };
}

/** Refuses the second of two things with one name. */
class Names {
  readonly #known = new Map<string, Span>();

  constructor(readonly what: string) {}

  add(reader: FslReader, { name, span }: Named): void {
    const original = this.#known.get(name);
    if (original) throw reader.failAt(`Duplicate ${this.what} \`${name}\``, span, original);
    this.#known.set(name, span);
  }
}

const SPACES: Readonly<Record<ItemKind, string>> = {
  Collection: "collection or function",
  Function: "collection or function",
  Role: "role",
  AccessProvider: "access provider",
};

/** No two items of all files may have one name. */
export function refuseDuplicates(located: readonly LocatedItem[]): void {
  const spaces = new Map<string, Names>();
  for (const { filename, text, item } of located) {
    const what = SPACES[item.kind];
    const names = spaces.get(what) ?? new Names(what);
    spaces.set(what, names);
    names.add(new FslReader({ name: filename, text }), item);
  }
}

type Declared = Pick<FslItem, "kind" | "fields">;

const DECLARATIONS: Readonly<Record<string, (reader: FslReader, notes: Notes) => Declared>> = {
  collection: (reader, notes) => ({
    kind: "Collection",
    fields: { ...notes, ...collection(reader.block("{")) },
  }),
  function: (reader, notes) => ({
    kind: "Function",
    fields: { ...notes, ...fn(reader) },
  }),
  role: (reader) => ({
    kind: "Role",
    fields: role(reader.block("{")),
  }),
  access: (reader) => {
    return { kind: "AccessProvider", fields: provider(reader.block("{")) };
  },
};

/** `@role(server) @alias(Other)` before a declaration. */
function annotations(reader: FslReader): Notes {
  const notes: Record<string, string> = {};
  while (reader.take("@"))
    notes[reader.needName()] = reader
      .bracketed("(")
      .trim()
      .replace(/^["']|["']$/g, "");
  return notes;
}

function collection(reader: FslReader): Fields {
  const fields: Fields = {};
  const nested = (group: string, name: string, value: unknown): void => {
    fields[group] = { ...(fields[group] as Fields | undefined), [name]: value };
  };
  const constraint = (value: Fields): void => {
    fields.constraints = [...((fields.constraints as Fields[] | undefined) ?? []), value];
  };
  const fieldNames = new Names("field");
  const indexNames = new Names("index name");
  const checkNames = new Names("check constraint name");
  const one = (names: Names, named: Named): string => {
    names.add(reader, named);
    return named.name;
  };
  while (reader.skip()) {
    if (reader.take("*")) {
      reader.need(":");
      fields.wildcard = reader.expression("");
      continue;
    }
    const named = reader.named();
    const word = named.name;
    if (reader.take(":")) nested("fields", one(fieldNames, named), definedField(reader));
    else if (word === "index") nested("indexes", one(indexNames, reader.named()), index(reader));
    else if (word === "compute")
      nested("computed_fields", one(fieldNames, reader.named()), computed(reader));
    else if (word === "unique") constraint({ unique: paths(reader).map(({ field }) => field) });
    else if (word === "check")
      constraint({ check: { name: one(checkNames, reader.named()), body: lambda(reader) } });
    else if (word === "history_days" || word === "ttl_days")
      fields[word] = reader.needInteger(named.span);
    else if (word === "document_ttls") fields[word] = reader.needName() === "true";
    else throw reader.fail(`The local Fauna does not implement \`${word}\` in a collection`);
  }
  return fields;
}

function definedField(reader: FslReader): Fields {
  const signature = reader.expression("=");
  return reader.take("=") ? { signature, default: reader.expression("") } : { signature };
}

function computed(reader: FslReader): Fields {
  const signature = reader.take(":") ? reader.expression("=") : undefined;
  reader.need("=");
  return { body: lambda(reader), ...(signature === undefined ? {} : { signature }) };
}

function index(reader: FslReader): Fields {
  const inner = reader.block("{");
  const fields: Fields = {};
  while (inner.skip()) {
    const part = inner.needName();
    const entries = paths(inner);
    fields[part] = part === "terms" ? entries.map(({ field, mva }) => ({ field, mva })) : entries;
  }
  return fields;
}

interface IndexEntry {
  readonly field: string;
  readonly order: "asc" | "desc";
  readonly mva: boolean;
}

/** `[.a, desc(.b), mva(.c)]` */
function paths(reader: FslReader): IndexEntry[] {
  const parts = reader
    .bracketed("[")
    .split(",")
    .map((part) => part.trim());
  return parts.filter((part) => part !== "").map(indexEntry);
}

function indexEntry(text: string): IndexEntry {
  const [, wrapper, inner = ""] = /^(asc|desc|mva)\s*\((.*)\)$/s.exec(text.trim()) ?? [];
  if (wrapper === undefined) return { field: text.trim(), order: "asc", mva: false };
  const entry = indexEntry(inner);
  return wrapper === "mva"
    ? { ...entry, mva: true }
    : { ...entry, order: wrapper as "asc" | "desc" };
}

function fn(reader: FslReader): Fields {
  const parameters = reader.bracketed("(").trim();
  const result = reader.take(":") ? reader.expression("{") : undefined;
  const body = reader.bracketed("{");
  if (!/\S/.test(body.replace(/\/\/[^\n]*|\/\*[^]*?\*\//g, ""))) {
    const message = "Unexpected end of block. Expected statement or expression";
    throw reader.failAt(message, reader.span(reader.at - 1, reader.at));
  }
  const names = parameters.replace(/:\s*[^,]+/g, "");
  const typed = result !== undefined || names !== parameters;
  return {
    body: printed(`(${names}) => {${body}}`),
    ...(typed ? { signature: `(${parameters}) => ${result ?? "Any"}` } : {}),
  };
}

function role(reader: FslReader): Fields {
  const privileges: Fields[] = [];
  const membership: Fields[] = [];
  while (reader.skip()) {
    if (reader.take("privileges"))
      privileges.push({
        resource: reader.needName(),
        actions: actions(reader.block("{")),
      });
    else {
      reader.need("membership");
      membership.push({ resource: reader.needName(), ...predicate(reader) });
    }
  }
  return { privileges, membership };
}

const ACTIONS = new Set(
  "read write create create_with_id delete history_read history_write unrestricted_read call".split(
    " ",
  ),
);

function actions(reader: FslReader): Fields {
  const rules: Fields = {};
  while (reader.skip()) {
    const { name, span } = reader.named();
    if (!ACTIONS.has(name)) throw reader.failAt(`Invalid action \`${name}\``, span);
    if (Object.hasOwn(rules, name)) throw reader.failAt("Expected a block", span);
    rules[name] = predicate(reader).predicate ?? true;
  }
  return rules;
}

/** `{ predicate (…) }`, which may be left out. */
function predicate(reader: FslReader): { predicate?: string } {
  if (!reader.peek("{")) return {};
  const inner = reader.block("{");
  if (!inner.skip()) return {};
  inner.need("predicate");
  return { predicate: lambda(inner) };
}

function provider(reader: FslReader): Fields {
  const fields: Fields = {};
  const roles: unknown[] = [];
  const roleNames = new Names("role");
  while (reader.skip()) {
    const word = reader.needName();
    if (word === "issuer" || word === "jwks_uri") fields[word] = reader.needString();
    else if (word === "role") {
      const named = reader.named();
      roleNames.add(reader, named);
      const { name } = named;
      const rule = predicate(reader);
      roles.push(rule.predicate === undefined ? name : { role: name, ...rule });
    } else throw reader.fail(`Unexpected field \`${word}\``);
  }
  return { ...fields, ...(roles.length ? { roles } : {}) };
}

/** A function, in brackets or not: up to the end of the line. */
function lambda(reader: FslReader): string {
  reader.skip();
  const text = reader.expression("");
  const whole = new FslReader({ name: "*fsl*", text });
  const inner = whole.peek("(") ? whole.bracketed("(") : "";
  return printed(inner && !whole.skip() ? inner : text);
}

/** FQL as the server prints it. */
function printed(text: string): string {
  return printLambda(parseLambda({ name: "*fsl*", text }));
}
