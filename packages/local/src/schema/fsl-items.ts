import type { Name } from "../fql/ast";
import { CheckError } from "../fql/errors";
import type { Source, Span } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
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
  readonly start: number;
  readonly end: number;
  readonly node: FslNode;
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
  const names = new Names(report);
  const items = parseNodes(source).flatMap((node) => itemOf(report, names, node) ?? []);
  if (report.errors.length) throw new CheckError(report.errors);
  return items;
}

/** No two items of a file may have one name, and no collection one by which another is called as well. */
class Names {
  readonly #spaces = new Map<string, Once>();
  constructor(readonly report: Report) {}

  check(kind: ItemKind, name: Name): void {
    const what = SPACES[kind];
    const names = this.#spaces.get(what) ?? new Once(this.report, what);
    this.#spaces.set(what, names);
    names.name(name);
  }
}

function itemOf(report: Report, names: Names, node: FslNode): FslItem | null {
  const { keyword, value, start } = node;
  const declare = Object.hasOwn(DECLARATIONS, keyword.text) ? DECLARATIONS[keyword.text] : null;
  if (!declare) {
    report.fail(`Invalid schema item \`${keyword.text}\``, keyword.span);
    return null;
  }
  const name = report.name(node);
  if (!name) return null;
  const notes = new Map<string, string>();
  const annotated = new Once(report, "annotation");
  for (const note of node.annotations) {
    annotated.check(note.keyword, note.span);
    if (!notes.has(note.keyword)) notes.set(note.keyword, note.value.text);
  }
  names.check(KIND_OF_KEYWORD[keyword.text]!, name);
  for (const { keyword: noted, value: other } of node.annotations)
    if (noted === "alias") names.check("Collection", other);
  const declared = declare(report, node, name, notes);
  const end = (value ?? name).span.end;
  return declared && { ...declared, name: name.text, span: name.span, start, end, node };
}

const KIND_OF_KEYWORD: Readonly<Record<string, ItemKind>> = {
  collection: "Collection",
  function: "Function",
  role: "Role",
  access: "AccessProvider",
};

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

/** The items of all files, of which no two may have one name. Throws `CheckError` with what is wrong in all of them. */
export function parseFiles(files: ReadonlyMap<string, string>): LocatedItem[] {
  const errors: Diagnostic[] = [];
  const seen = new Map<string, string>();
  const located = [...files].flatMap(([filename, text]) => {
    try {
      return parseFsl(text, filename).map((item): LocatedItem => {
        const { kind, name, span } = item;
        const id = `${SPACES[kind]} \`${name}\``;
        const first = seen.get(id);
        const message = `Duplicate ${id} in ${filename} (originally seen in ${first})`;
        if (first === undefined) seen.set(id, filename);
        else errors.push({ level: "error", message, span, bare: true });
        return { filename, text, item };
      });
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      errors.push(...error.diagnostics);
      return [];
    }
  });
  if (errors.length) throw new CheckError(errors);
  return located;
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
