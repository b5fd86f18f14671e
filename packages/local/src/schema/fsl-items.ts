import { parseLambda } from "../fql/parser";
import { printLambda } from "../fql/printer";
import { FslReader } from "./fsl-reader";

export type ItemKind = "Collection" | "Function" | "Role" | "AccessProvider";

/** A declaration of FSL, with what its document is to hold. */
export interface FslItem {
  readonly kind: ItemKind;
  readonly name: string;
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

/** Reads all declarations of a file. Throws `FslError`, or `CheckError` for FQL in it. */
export function parseFsl(text: string): FslItem[] {
  const reader = new FslReader(text);
  const items: FslItem[] = [];
  while (reader.skip()) items.push(item(reader));
  return items;
}

function item(reader: FslReader): FslItem {
  const start = reader.at;
  const notes = annotations(reader);
  const keyword = reader.name();
  const declare = keyword === undefined ? undefined : DECLARATIONS[keyword];
  if (!declare) {
    reader.at = start;
    throw reader.fail("Expected annotation or schema item");
  }
  return { start, ...declare(reader, notes), end: reader.at };
}

type Declared = Pick<FslItem, "kind" | "name" | "fields">;

const DECLARATIONS: Readonly<Record<string, (reader: FslReader, notes: Notes) => Declared>> = {
  collection: (reader, notes) => ({
    kind: "Collection",
    name: reader.needName(),
    fields: { ...notes, ...collection(new FslReader(reader.bracketed("{"))) },
  }),
  function: (reader, notes) => ({
    kind: "Function",
    name: reader.needName(),
    fields: { ...notes, ...fn(reader) },
  }),
  role: (reader) => ({
    kind: "Role",
    name: reader.needName(),
    fields: role(new FslReader(reader.bracketed("{"))),
  }),
  access: (reader) => {
    reader.need("provider");
    const name = reader.needName();
    return { kind: "AccessProvider", name, fields: provider(new FslReader(reader.bracketed("{"))) };
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
  while (reader.skip()) {
    if (reader.take("*")) {
      reader.need(":");
      fields.wildcard = reader.expression("");
      continue;
    }
    const word = reader.needName();
    if (reader.take(":")) nested("fields", word, definedField(reader));
    else if (word === "index") nested("indexes", reader.needName(), index(reader));
    else if (word === "compute") nested("computed_fields", reader.needName(), computed(reader));
    else if (word === "unique") constraint({ unique: paths(reader).map(({ field }) => field) });
    else if (word === "check")
      constraint({ check: { name: reader.needName(), body: lambda(reader) } });
    else if (word === "history_days" || word === "ttl_days") fields[word] = reader.needInteger();
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
  const inner = new FslReader(reader.bracketed("{"));
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
        actions: actions(new FslReader(reader.bracketed("{"))),
      });
    else {
      reader.need("membership");
      membership.push({ resource: reader.needName(), ...predicate(reader) });
    }
  }
  return { privileges, membership };
}

function actions(reader: FslReader): Fields {
  const rules: Fields = {};
  while (reader.skip()) {
    const action = reader.needName();
    rules[action] = predicate(reader).predicate ?? true;
  }
  return rules;
}

/** `{ predicate (…) }`, which may be left out. */
function predicate(reader: FslReader): { predicate?: string } {
  if (!reader.peek("{")) return {};
  const inner = new FslReader(reader.bracketed("{"));
  if (!inner.skip()) return {};
  inner.need("predicate");
  return { predicate: lambda(inner) };
}

function provider(reader: FslReader): Fields {
  const fields: Fields = {};
  const roles: unknown[] = [];
  while (reader.skip()) {
    const word = reader.needName();
    if (word === "issuer" || word === "jwks_uri") fields[word] = reader.needString();
    else if (word === "role") {
      const name = reader.needName();
      const rule = predicate(reader);
      roles.push(rule.predicate === undefined ? name : { role: name, ...rule });
    } else throw reader.fail(`Unexpected field \`${word}\``);
  }
  return { ...fields, ...(roles.length ? { roles } : {}) };
}

function lambda(reader: FslReader): string {
  return printed(reader.bracketed("("));
}

/** FQL as the server prints it. */
function printed(text: string): string {
  return printLambda(parseLambda({ name: "*fsl*", text }));
}
