import { encodeSimple, materialize } from "../wire";
import type { Context } from "../fql/model/context";
import { array, fieldsOf, object, type Fields, type Value } from "../fql/values/value";
import { listed } from "../fql/model/permissions";
import { SYSTEM_COLLECTIONS, type DocVersion } from "../store";
import type { SchemaRequest } from "./endpoint";
import { applyFiles, asAdmin } from "./apply";
import { keyOf, type Renames } from "./diff";
import { difference } from "./difference";
import {
  parseFiles,
  KINDS,
  parseFsl,
  type FslItem,
  type ItemKind,
  type LocatedItem,
} from "./fsl-items";
import { replaceWith } from "./fsl-patch";
import { notFound, SchemaRequestError } from "./schema-error";
import { MAIN_FILE, type Files } from "./schema-files";

const KIND_OF_RESOURCE: Readonly<Record<string, ItemKind>> = {
  collections: "Collection",
  functions: "Function",
  roles: "Role",
  access_providers: "AccessProvider",
};

type Answer = Record<string, unknown>;

interface Range {
  readonly start: number;
  readonly end: number;
}

export function getItem(asked: SchemaRequest): Answer {
  const found = locate(asked, asked.parts[1]);
  const show = (cx: Context): unknown => shown(cx, found.item);
  const definition = asAdmin(asked.session.database, show);
  return answer(found.filename, rangeOf(found), content(found), definition);
}

/** Adds an item at the end of the main file. */
export function addItem(asked: SchemaRequest): Answer {
  const { files, parts, request } = asked;
  const snippet = request.body;
  const item = snippetItem(snippet, kindOf(parts));
  const main = `${files.latest.get(MAIN_FILE) ?? ""}\n\n${snippet}`;
  return changed(
    asked,
    MAIN_FILE,
    main,
    new Map(),
    (definition) => {
      const { start, end } = rangeOf(locate(asked, item.name));
      return answer(MAIN_FILE, { start, end }, snippet, definition);
    },
    item,
  );
}

/** Puts an item, also one of another name, in the place of one. */
export function replaceItem(asked: SchemaRequest): Answer {
  const { parts, request } = asked;
  const snippet = request.body;
  const item = snippetItem(snippet, kindOf(parts));
  const found = locate(asked, parts[1]);
  const { filename, text } = found;
  const name = found.item.name;
  const renames: Renames = name === item.name ? new Map() : new Map([[keyOf(item.node), name]]);
  return changed(
    asked,
    filename,
    replaceWith(text, rangeOf(found), snippet),
    renames,
    (definition) => answer(filename, rangeOf(found), snippet, definition),
    item,
  );
}

export function deleteItem(asked: SchemaRequest): Answer {
  const found = locate(asked, asked.parts[1]);
  const without = replaceWith(found.text, rangeOf(found), "");
  return changed(asked, found.filename, without, new Map(), () =>
    answer(found.filename, rangeOf(found), content(found), null),
  );
}

/** Makes one file what it is to be, or with `validate` only tells the difference. */
function changed(
  { files, request }: SchemaRequest,
  filename: string,
  text: string,
  renames: Renames,
  answered: (definition: unknown) => Answer,
  item?: FslItem,
): Answer {
  const wanted: Files = files.merged(new Map([[filename, text]]), false);
  if (request.query.get("validate") === "true")
    return difference(files, request, files.active, wanted, renames);
  const kept = new Map([...files.latest, [filename, text]]);
  const definition = applyFiles(
    files,
    { wanted, kept, renames },
    (cx) => item && asWritten(cx, item),
  );
  return answered(definition);
}

function kindOf([resource = ""]: readonly string[]): ItemKind {
  const kind = Object.hasOwn(KIND_OF_RESOURCE, resource) ? KIND_OF_RESOURCE[resource] : undefined;
  if (kind === undefined) throw notFound();
  return kind;
}

function locate({ files, parts }: SchemaRequest, name: string | undefined): LocatedItem {
  const kind = kindOf(parts);
  const found = parseFiles(files.latest).find(
    ({ item }) => item.kind === kind && item.name === name,
  );
  if (!found) throw notFound();
  return found;
}

function snippetItem(snippet: string, kind: ItemKind): FslItem {
  if (!snippet.trim()) throw new SchemaRequestError(400, "No FSL snippet provided");
  const [item, ...others] = parseFsl(snippet, "*fsl*");
  if (!item || others.length > 0) {
    const count = item ? others.length + 1 : 0;
    throw new SchemaRequestError(400, `Expected a single schema item, got: ${count}`);
  }
  if (item.kind === kind) return item;
  throw new SchemaRequestError(400, `Wrong FSL snippet. Expected ${KINDS[kind].article}`);
}

/** An item with the comment right in front of it. */
function rangeOf({ item }: LocatedItem): Range {
  return { start: item.node.documented, end: item.end };
}
function content(found: LocatedItem): string {
  const { start, end } = rangeOf(found);
  return found.text.slice(start, end);
}

/** The item's document in the simple format. */
function shown(cx: Context, { kind, name }: FslItem): unknown {
  const version = cx.db.systemDocument(kind, name);
  return version ? encoded(cx, version) : null;
}

function encoded(cx: Context, { coll, id }: DocVersion): unknown {
  return encodeSimple(materialize(cx, { kind: "doc", coll, id }));
}

/** The same before the server has looked after its indexes: they do not say yet what state they are in. */
function asWritten(cx: Context, item: FslItem): unknown {
  const version = cx.db.systemDocument(item.kind, item.name);
  if (version?.coll !== SYSTEM_COLLECTIONS.Collection) return shown(cx, item);
  const data = new Map(version.data);
  const indexes = [...fieldsOf(data.get("indexes"))].map(([name, index]): [string, Value] => [
    name,
    without(index, "queryable", "status"),
  ]);
  data.set("indexes", object(indexes));
  data.set(
    "constraints",
    array(listed(data.get("constraints")).map((each) => without(each, "status"))),
  );
  const { coll, id } = version;
  return encodeSimple(materialize(cx, { kind: "doc", coll, id, version: { ...version, data } }));
}

function without(value: Value, ...names: readonly string[]): Value {
  const fields: Fields = fieldsOf(value);
  return object([...fields].filter(([name]) => !names.includes(name)));
}

function answer(filename: string, span: Range, text: string, definition: unknown): Answer {
  return { filename, span, content: text, definition };
}
