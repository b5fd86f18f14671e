import { beginRun } from "../fql/evaluator/interpreter";
import { encodeSimple, materialize } from "../wire";
import type { Database } from "../store";
import type { SchemaRequest } from "./endpoint";
import { applyFiles } from "./apply";
import {
  parseFiles,
  KINDS,
  parseFsl,
  type FslItem,
  type ItemKind,
  type LocatedItem,
} from "./fsl-items";
import { notFound, SchemaRequestError } from "./schema-error";
import { content, MAIN_FILE, type SchemaFiles } from "./schema-files";

const KIND_OF_RESOURCE: Readonly<Record<string, ItemKind>> = {
  collections: "Collection",
  functions: "Function",
  roles: "Role",
  access_providers: "AccessProvider",
};

type Answer = Record<string, unknown>;

export function getItem({ files, parts, session }: SchemaRequest): Answer {
  const found = locate(files, parts);
  return answer(found, content(found), definition(session.database, found.item));
}

/** Adds an item at the end of the main file. */
export function addItem({ files, parts, request, session }: SchemaRequest): Answer {
  const kind = kindOf(parts);
  const { name } = snippetItem(request.body, kind);
  const main = files.active.get(MAIN_FILE) ?? "";
  applyFiles(files, new Map([...files.active, [MAIN_FILE, `${main}\n\n${request.body}`]]));
  const found = locate(files, [parts[0] ?? "", name]);
  return answer(found, request.body, definition(session.database, found.item));
}

export function replaceItem({ files, parts, request, session }: SchemaRequest): Answer {
  const item = snippetItem(request.body, kindOf(parts));
  const found = locate(files, parts);
  patch(files, found, request.body);
  return answer(found, request.body, definition(session.database, item));
}

export function deleteItem({ files, parts }: SchemaRequest): Answer {
  const found = locate(files, parts);
  patch(files, found, "");
  return answer(found, content(found), null);
}

function patch(files: SchemaFiles, { filename, text, item }: LocatedItem, snippet: string): void {
  const patched = text.slice(0, item.start) + snippet + text.slice(item.end);
  applyFiles(files, new Map([...files.active, [filename, patched]]));
}

function kindOf([resource = ""]: readonly string[]): ItemKind {
  const kind = Object.hasOwn(KIND_OF_RESOURCE, resource) ? KIND_OF_RESOURCE[resource] : undefined;
  if (kind === undefined) throw notFound();
  return kind;
}

function locate(files: SchemaFiles, parts: readonly string[]): LocatedItem {
  const kind = kindOf(parts);
  const found = parseFiles(files.active).find(
    ({ item }) => item.kind === kind && item.name === parts[1],
  );
  if (!found) throw notFound();
  return found;
}

function snippetItem(snippet: string, kind: ItemKind): FslItem {
  if (snippet === "") throw new SchemaRequestError(400, "No FSL snippet provided");
  const [item, ...others] = parseFsl(snippet);
  if (!item || others.length > 0) {
    const count = item ? others.length + 1 : 0;
    throw new SchemaRequestError(400, `Expected a single schema item, got: ${count}`);
  }
  if (item.kind === kind) return item;
  throw new SchemaRequestError(400, `Wrong FSL snippet. Expected ${KINDS[kind].article}`);
}

/** The item's document in the simple format. */
function definition(database: Database, { kind, name }: FslItem): unknown {
  const document = database.systemDocument(kind, name);
  if (!document) return null;
  return database.transact((tx) => {
    const admin = { builtin: "admin", roles: [], claims: null } as const;
    const cx = beginRun(database, tx, admin, 10_000);
    return encodeSimple(materialize(cx, { kind: "doc", coll: document.coll, id: document.id }));
  });
}

function answer({ filename, item }: LocatedItem, text: string, shown: unknown): Answer {
  const span = { start: item.start, end: item.end };
  return { filename, span, content: text, definition: shown };
}
