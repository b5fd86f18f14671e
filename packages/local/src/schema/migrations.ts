import { known, migrationsOf } from "../fql/model/migrations";
import { parseShape } from "../fql/model/shape-text";
import type { Expr } from "../fql/ast";
import { parseExpression, parseFieldType } from "../fql/parser";
import type { Schema } from "../types/schema";
import { backfillCheck, memberName, memberType } from "./backfill-types";
import { NO_SPAN, type Source } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import {
  asText,
  type DocVersion,
  type ObjectValue,
  type Fields,
  fieldsOf,
} from "../fql/values/value";
import { activeDocument, type Database } from "../store";
import { keyOf, oldKeyOf, oldName, type Renames } from "./diff";
import type { FslItem, LocatedItem } from "./fsl-items";
import type { FslNode } from "./fsl-nodes";
import { parseNodes } from "./fsl-parser";
import { SchemaFiles } from "./schema-files";
import { toValue } from "./to-value";
import { against, rewind } from "./migration-check";
import { ANY, Rewind } from "./migration-rewind";
import type { Form, Places } from "./migration-form";

/** What is wrong with the way from the collections as they are to those that some items declare. */
export function migrationMistakes(
  db: Database,
  located: readonly LocatedItem[],
  schema: Schema,
  renames: Renames,
): Diagnostic[] {
  return located.flatMap(({ item }) => wayTo(db, item, renames, schema)?.errors ?? []);
}

/** What the migrations of each collection do to its documents, as a difference tells it, by the name of the item. */
export function migrationTexts(
  db: Database,
  located: readonly LocatedItem[],
  renames: Renames = new Map(),
): Map<string, Rewind["told"]> {
  return new Map(
    located.flatMap(({ item }): [string, Rewind["told"]][] => {
      const live = liveOf(db, item, renames);
      const way = live && hasDocuments(db, live, item, renames) && wayTo(db, item, renames);
      return way ? [[keyOf(item.node), way.told]] : [];
    }),
  );
}

function liveOf(db: Database, { node }: FslItem, renames: Renames): DocVersion | null {
  return activeDocument(db, "Collection", oldName(node, renames)) ?? null;
}

/**
 * A collection that never had a document may become anything, but for one that gets a new name: the server looks for
 * its documents under that.
 */
function hasDocuments(
  db: Database,
  live: DocVersion,
  { node }: FslItem,
  renames: Renames,
): boolean {
  return renames.has(keyOf(node)) || db.collection(Number(live.id)).history.size > 0;
}

function wayTo(db: Database, item: FslItem, renames: Renames, schema?: Schema): Rewind | null {
  if (item.kind !== "Collection") return null;
  const { fields } = toValue({ name: item.name, ...item.fields }) as ObjectValue;
  const live = liveOf(db, item, renames);
  const typed = schema && db.typechecked ? backfillCheck(schema, item.name) : () => [];
  const places = placesIn(
    item.node,
    livePlaces(db, oldKeyOf(item.node, renames), item.span.source),
  );
  const way = wayFrom(live, fields, places, typed);
  if (live && hasDocuments(db, live, item, renames)) against(way, formOf(live.data));
  return way;
}

/** The same of a document that a query has changed. */
export function changeMistakes(
  db: Database,
  before: DocVersion | null,
  after: DocVersion,
): Diagnostic[] {
  const way = wayFrom(before, after.data, placesOf(after.data), () => []);
  if (before && db.collection(Number(before.id)).history.size) against(way, formOf(before.data));
  return way.errors;
}

function wayFrom(
  live: DocVersion | null,
  fields: Fields,
  places: Places,
  backfilled: Rewind["backfilled"],
): Rewind {
  const given = migrationsOf(fields);
  const first = live ? known(migrationsOf(live.data), given) : 0;
  const way = new Rewind(formOf(fields), places, backfilled);
  rewind(way, given.slice(first), first);
  return way;
}

function definedIn(fields: Fields): [string, ObjectValue][] {
  return [...fieldsOf(fields.get("fields"))] as [string, ObjectValue][];
}

function formOf(fields: Fields): Form {
  const defined = definedIn(fields);
  return {
    fields: new Map(
      defined.map(([name, field]) => [
        name,
        {
          shape: parseShape(asText(field.fields.get("signature"))),
          initial: defaultOf(field),
        },
      ]),
    ),
    wildcard: fields.has("wildcard")
      ? parseShape(asText(fields.get("wildcard")))
      : defined.length
        ? null
        : ANY,
    isWritten: fields.has("wildcard"),
  };
}

function defaultOf({ fields }: ObjectValue): Expr | null {
  const text = fields.get("default");
  return typeof text === "string" ? parseExpression({ name: "*default*", text }) : null;
}

function placesIn(node: FslNode, live: Places["live"]): Places {
  const members = node.value?.kind === "block" ? node.value.items : [];
  const field = (name: string): FslNode | undefined =>
    members.find((each) => each.value?.kind === "field" && each.name?.text === name);
  const block = members.find(({ keyword }) => keyword.text === "migrations")?.value;
  const steps = block?.kind === "block" ? block.items : [];
  return {
    collection: node.span,
    wildcard: field("*")?.span ?? node.span,
    lastField: members.findLast((each) => each.value?.kind === "field")?.span ?? node.span,
    migrations: block?.span ?? null,
    name(name) {
      const [top = "", ...inner] = name.split(".");
      const value = field(top)?.value;
      if (!inner.length || value?.kind !== "field") return field(top)?.name?.span ?? node.span;
      const parent = inner.slice(0, -1).reduce(memberType, value.type);
      return memberName(parent, inner.at(-1)!)?.span ?? node.span;
    },
    live,
    type(name) {
      const [top = "", ...inner] = name.split(".");
      const value = field(top)?.value;
      const type = value?.kind === "field" ? value.type : null;
      return inner.reduce(memberType, type)?.span ?? node.span;
    },
    statement: (i) => steps[i]?.span ?? node.span,
    value(i) {
      const value = steps[i]?.value;
      return value?.kind === "migration" ? value.value : null;
    },
    step(i, path) {
      const step = steps[i];
      const value = step?.value;
      const paths = value?.kind === "migration" ? value.paths : [];
      return (path === undefined ? step?.keyword.span : paths[path]?.span) ?? node.span;
    },
  };
}

/** Where the files in use name the fields of an item. The server shows those places in the new text. */
function livePlaces(db: Database, key: string, source: Source): Places["live"] {
  return (field) => {
    const nodes = [...SchemaFiles.of(db).active].flatMap(([name, text]) =>
      parseNodes({ name, text }),
    );
    const { value } = nodes.find((node) => keyOf(node) === key) ?? {};
    const members = value?.kind === "block" ? value.items : [];
    const found = members.find((each) => each.value?.kind === "field" && each.name?.text === field);
    return found?.name ? { ...found.name.span, source } : NO_SPAN;
  };
}

function placesOf(data: Fields): Places {
  const name = asText(data.get("name"));
  return {
    collection: NO_SPAN,
    wildcard: NO_SPAN,
    lastField: NO_SPAN,
    migrations: null,
    name: () => NO_SPAN,
    live: () => NO_SPAN,
    type(field) {
      const found = definedIn(data).find(([each]) => each === field)?.[1];
      if (!found) return NO_SPAN;
      return parseFieldType(asText(found.fields.get("signature")), `*field:${name}:${field}*`).span;
    },
    statement: () => NO_SPAN,
    value: () => null,
    step: () => NO_SPAN,
  };
}
