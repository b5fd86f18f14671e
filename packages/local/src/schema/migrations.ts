import { known, migrationsOf } from "../fql/model/migrations";
import { parseShape } from "../fql/model/shape-text";
import { parseFieldType } from "../fql/parser";
import type { Schema } from "../types/schema";
import { backfillCheck, memberType } from "./backfill-types";
import { NO_SPAN } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import {
  asText,
  type DocVersion,
  type ObjectValue,
  type Fields,
  fieldsOf,
} from "../fql/values/value";
import { activeDocument, type Database } from "../store";
import { keyOf, oldName, type Renames } from "./diff";
import type { LocatedItem } from "./fsl-items";
import type { FslNode } from "./fsl-nodes";
import { toValue } from "./to-value";
import { MigrationCheck } from "./migration-check";
import type { Form, Places } from "./migration-form";

/** What is wrong with the way from the collections as they are to those that some items declare. */
export function migrationMistakes(
  db: Database,
  located: readonly LocatedItem[],
  schema: Schema,
  renames: Renames,
): Diagnostic[] {
  return located.flatMap(({ item }) => {
    if (item.kind !== "Collection") return [];
    const { fields } = toValue({ name: item.name, ...item.fields }) as ObjectValue;
    const live = activeDocument(db, "Collection", oldName(item.node, renames)) ?? null;
    const typed = db.typechecked ? backfillCheck(schema, item.name) : () => [];
    const isRenamed = renames.has(keyOf(item.node));
    return mistakes(db, live, fields, placesIn(item.node), typed, isRenamed);
  });
}

/** The same of a document that a query has changed. */
export function changeMistakes(
  db: Database,
  before: DocVersion | null,
  after: DocVersion,
): Diagnostic[] {
  return mistakes(db, before, after.data, placesOf(after.data), () => []);
}

function mistakes(
  db: Database,
  live: DocVersion | null,
  fields: Fields,
  places: Places,
  backfilled: ConstructorParameters<typeof MigrationCheck>[2],
  isRenamed = false,
): Diagnostic[] {
  const given = migrationsOf(fields);
  const first = live ? known(migrationsOf(live.data), given) : 0;
  const check = new MigrationCheck(formOf(fields), places, backfilled);
  check.steps(given.slice(first), first);
  // A collection that never had a document may become anything, but for one that gets a new name: the server looks for
  // its documents under that.
  if (live && (isRenamed || db.collection(Number(live.id)).history.size))
    check.against(formOf(live.data));
  return check.errors;
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
          hasDefault: field.fields.has("default"),
        },
      ]),
    ),
    wildcard: fields.has("wildcard") || !defined.length,
    isWritten: fields.has("wildcard"),
  };
}

function placesIn(node: FslNode): Places {
  const members = node.value?.kind === "block" ? node.value.items : [];
  const field = (name: string): FslNode | undefined =>
    members.find((each) => each.value?.kind === "field" && each.name?.text === name);
  const block = members.find(({ keyword }) => keyword.text === "migrations")?.value;
  const steps = block?.kind === "block" ? block.items : [];
  return {
    collection: node.span,
    wildcard: field("*")?.span ?? node.span,
    first: members[0]?.span ?? node.span,
    migrations: block?.span ?? null,
    name: (name) => field(name)?.name?.span ?? node.span,
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

function placesOf(data: Fields): Places {
  const name = asText(data.get("name"));
  return {
    collection: NO_SPAN,
    wildcard: NO_SPAN,
    first: NO_SPAN,
    migrations: null,
    name: () => NO_SPAN,
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
