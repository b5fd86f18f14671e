import fc from "fast-check";
import { expect, test } from "vitest";
import type { Commit } from "../../src/store";
import { ask, data, database } from "./query";
import { runs } from "../../../../test/support/runs";

type Step = {
  readonly do: "create" | "update" | "delete";
  readonly id: number;
  readonly n: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom("create", "update", "delete"),
  id: fc.integer({ min: 1, max: 6 }),
  n: fc.integer({ min: 0, max: 3 }),
});
const transaction = fc.array(step, { minLength: 1, maxLength: 5 });

function source({ do: what, id, n }: Step): string {
  if (what === "create") return `C.create({ id: ${id}, n: ${n} })`;
  return what === "update" ? `C.byId(${id})!.update({ n: ${n} })` : `C.byId(${id})!.delete()`;
}

/** What the steps make of a state; null when one of them cannot be done. */
function applied(
  state: ReadonlyMap<number, number>,
  steps: readonly Step[],
): Map<number, number> | null {
  const next = new Map(state);
  for (const { do: what, id, n } of steps) {
    if (next.has(id) === (what === "create")) return null;
    if (what === "delete") next.delete(id);
    else next.set(id, n);
  }
  return next;
}

const all = "C.all().map(c => [c.id, c.n]).toArray()";
const byN = "[0, 1, 2, 3].map(n => C.byN(n).map(.id).toArray())";

test("transactions do all or nothing, indexes agree, and every past stays as it was", () => {
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 8 }), (transactions) => {
      const db = database(
        `Collection.create({ name: "C", indexes: { byN: { terms: [{ field: "n" }] } } })`,
      );
      const read = (query: string): unknown => data(db, query, { format: "simple" });
      const rows = (state: ReadonlyMap<number, number>): unknown =>
        [...state].sort(([a], [b]) => a - b).map(([id, n]) => [String(id), n]);
      const past: { at: number; state: ReadonlyMap<number, number> }[] = [];
      let state: ReadonlyMap<number, number> = new Map();
      for (const steps of transactions) {
        const next = applied(state, steps);
        expect(ask(db, steps.map(source).join("\n")).status).toBe(next ? 200 : 400);
        state = next ?? state;
        past.push({ at: db.lastTs, state });
        expect(read(all)).toEqual(rows(state));
        const ids = (n: number): string[] =>
          [...state]
            .filter(([, each]) => each === n)
            .map(([id]) => String(id))
            .sort();
        expect(read(byN)).toEqual([0, 1, 2, 3].map(ids));
      }
      for (const { at, state: then } of past) {
        expect(read(`at (Time.epoch(${at}, "microseconds")) { ${all} }`)).toEqual(rows(then));
      }
    }),
    runs(60),
  );
});

test("listeners hear of what was committed, document by document", () => {
  const db = database(`Collection.create({ name: "C" })`);
  const heard: Commit[] = [];
  const stop = db.onCommit((commit) => heard.push(commit));
  data(db, "C.create({ id: 1, n: 1 })");
  data(db, "C.byId(1)!.update({ n: 2 })\nC.byId(1)!.update({ n: 3 })");
  ask(db, "C.byId(1)!.delete()\nabort(0)");
  stop();
  data(db, "C.byId(1)!.delete()");
  const numbers = heard.map(({ changes }) =>
    changes.map(({ before, after }) => [before?.data.get("n"), after?.data.get("n")]),
  );
  const int = (value: number): unknown => ({ kind: "int", value });
  expect(numbers).toEqual([[[undefined, int(1)]], [[int(1), int(3)]]]);
});
