import type { Name } from "../fql/ast";
import { CheckError } from "../fql/errors";
import type { Source, Span } from "../fql/source";
import type { Schema } from "../types/schema";
import { CollectionReader } from "./fsl-collection";
import { declareFunction } from "./fsl-function";
import type { FslNode } from "./fsl-nodes";
import { parseNodes } from "./fsl-parser";
import { Once, Report } from "./fsl-report";
import { declareProvider, declareRole } from "./fsl-rights";

export type ItemKind = "Collection" | "Function" | "Role" | "AccessProvider";

/** What a declaration says: the fields of its document besides the name, and what of it has types. */
export interface Declared {
  readonly kind: ItemKind;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly schema: Partial<Schema>;
}

/** A declaration of FSL. */
export interface FslItem extends Declared {
  readonly name: string;
  /** Where its name stands. */
  readonly span: Span;
  readonly alias: Name | null;
  readonly start: number;
  readonly end: number;
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

/** Reads all declarations of a file. Throws `CheckError`. */
export function parseFsl(text: string, filename = "main.fsl"): FslItem[] {
  return readItems({ name: filename, text });
}

function readItems(source: Source): FslItem[] {
  const report = new Report();
  const items = parseNodes(source).flatMap((node) => itemOf(report, node) ?? []);
  if (report.errors.length) throw new CheckError(report.errors);
  return items;
}

function itemOf(report: Report, node: FslNode): FslItem | null {
  const { keyword, value, start } = node;
  const declare = Object.hasOwn(DECLARATIONS, keyword.text) ? DECLARATIONS[keyword.text] : null;
  if (!declare) {
    report.fail(`Invalid schema item \`${keyword.text}\``, keyword.span);
    return null;
  }
  const name = report.name(node);
  if (!name) return null;
  const notes = new Map<string, string>();
  for (const note of node.annotations)
    if (notes.has(note.keyword)) report.fail(`Duplicate annotation \`${note.keyword}\``, note.span);
    else notes.set(note.keyword, note.value.text);
  const declared = declare(report, node, name, notes);
  const end = (value ?? name).span.end;
  const alias = node.annotations.find(({ keyword: note }) => note === "alias")?.value ?? null;
  return declared && { ...declared, name: name.text, span: name.span, alias, start, end };
}

type Notes = ReadonlyMap<string, string>;
type Declare = (report: Report, node: FslNode, name: Name, notes: Notes) => Declared | null;

const DECLARATIONS: Readonly<Record<string, Declare>> = {
  collection(report, node, name, notes) {
    refuseNotes(report, node, ["alias"]);
    const block = report.value(node, "block");
    const alias = notes.get("alias") ?? null;
    const reader = new CollectionReader(report, name, alias);
    reader.read(block?.items ?? []);
    const fields = { ...(alias !== null && { alias }), ...reader.fields };
    return { kind: "Collection", fields, schema: { collections: [reader.schema] } };
  },
  function(report, node, name, notes) {
    refuseNotes(report, node, ["alias", "role"]);
    return declareFunction(report, node, name.text, notes);
  },
  role(report, node, name) {
    refuseNotes(report, node, []);
    return declareRole(report, node, name.text);
  },
  access(report, node) {
    refuseNotes(report, node, []);
    return declareProvider(report, node);
  },
};

function refuseNotes(report: Report, { annotations }: FslNode, allowed: readonly string[]): void {
  for (const { keyword, span } of annotations)
    if (!allowed.includes(keyword)) report.fail("Annotation not supported here", span);
}

const SPACES: Readonly<Record<ItemKind, string>> = {
  Collection: "collection or function",
  Function: "collection or function",
  Role: "role",
  AccessProvider: "access provider",
};

/** No two items of all files may have one name. */
export function refuseDuplicates(located: readonly LocatedItem[]): void {
  const report = new Report();
  const spaces = new Map<string, Once>();
  for (const { item } of located) {
    const what = SPACES[item.kind];
    const names = spaces.get(what) ?? new Once(report, what);
    spaces.set(what, names);
    names.check(item.name, item.span);
    if (item.alias) names.name(item.alias);
  }
  if (report.errors.length) throw new CheckError(report.errors);
}

/** What is declared by some items, as one schema. */
export function schemaOf(items: readonly FslItem[]): Schema {
  const all = items.map(({ schema }) => schema);
  // Roles are checked before access providers.
  const byKind = [...items].sort((a, b) => rank(a) - rank(b)).map(({ schema }) => schema);
  return {
    collections: all.flatMap(({ collections = [] }) => collections),
    functions: all.flatMap(({ functions = [] }) => functions),
    roles: new Set(all.flatMap(({ roles = [] }) => [...roles])),
    grants: byKind.flatMap(({ grants = [] }) => grants),
  };
}

function rank({ kind }: FslItem): number {
  return Number(kind === "AccessProvider");
}
