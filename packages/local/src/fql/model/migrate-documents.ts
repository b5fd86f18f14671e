import type { PastChange } from "../../store/collection-store";
import { parseExpression } from "../parser";
import type { DocVersion } from "../values/value";
import { definitionOf } from "./collections";
import type { Context } from "./context";
import { evaluateDefault } from "./defaults";
import { known, migrated, migrationsOf, type Target } from "./migrations";
import { names } from "./names";

/** Takes the documents of a collection, and what they were, through the migrations that its new definition adds. */
export function migrateDocuments(cx: Context, version: DocVersion, before: DocVersion): void {
  const given = migrationsOf(version.data);
  const steps = given.slice(known(migrationsOf(before.data), given));
  if (!steps.length) return;
  const coll = Number(version.id);
  const target = targetOf(cx, coll);
  const changes = [...cx.db.collection(coll).history].flatMap(([id, history]) =>
    history.flatMap(({ ts, version: was }): PastChange[] =>
      was ? [{ coll, id, ts, version: { ...was, data: migrated(was.data, steps, target) } }] : [],
    ),
  );
  cx.tx.rewrite(changes);
}

function targetOf(cx: Context, coll: number): Target {
  const { fields } = definitionOf(cx, coll);
  return {
    shapes: new Map([...(fields ?? [])].map(([name, { shape }]) => [name, shape])),
    initial(field) {
      const initial = fields?.get(field)?.initial;
      return initial && evaluateDefault(cx, initial);
    },
    backfill: (text) => evaluateDefault(cx, parseExpression({ name: "*backfill*", text })),
    collectionOf: (name) => names(cx).collections.get(name),
  };
}
