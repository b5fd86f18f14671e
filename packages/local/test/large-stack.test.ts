import { expect, test } from "vitest";
import type { QueryAnswer, QueryRequest } from "../src/engine";
import type { Commit, Database } from "../src/store";
import { ask, data, database, int } from "./fql/query";
import { doneElsewhere, filled } from "./support/done-elsewhere";

/** Runs a query as a thread with a large stack does. */
function elsewhere(db: Database, query: string): QueryAnswer {
  const caller = { builtin: "admin", roles: [], claims: null } as const;
  const request: QueryRequest = { caller, query, format: "tagged", timeout: 600_000 };
  return doneElsewhere(db, "query", request);
}

function pageOf({ body }: QueryAnswer): { data: unknown; after: string } {
  return body["data"] as { data: unknown; after: string };
}

test.each([
  "C.all()",
  "C.all().reverse()",
  "C.byN(1)",
  "C.byN(1, { from: 4 })",
  "C.all().map(.m)",
  "C.all().where(.m > 1).map(.m)",
  "C.all().order(desc(.m)).map(.m)",
  "C.all().order(.n, desc(.m)).reverse().map(.m)",
  "C.all().map(.n + 0.5).distinct()",
  "C.all().take(4).map(.m)",
  "C.all().drop(2).reverse()",
  "C.all().flatMap(c => C.byN(c.n)).map(.m)",
  "C.byN(1).concat(C.byN(0)).map(.m)",
  "Set.sequence(3, 9).reverse()",
  "[1, 2, 3].toSet().concat(Set.single(4))",
  "at (Time.now()) { C.all() }",
  "{ let half = 1.5\n  C.all().map(c => { let f: Number = half * c.m\n f }) }",
])("the pages of %s go on here and elsewhere", (set) => {
  const db = filled();
  const pages = `let set = ${set}\nset.paginate(1)`;
  const [there, here] = [pageOf(elsewhere(db, pages)), pageOf(ask(db, pages))];
  expect(there.data).toEqual(here.data);
  const next = ({ after }: { after: string }): string => `Set.paginate("${after}", 100)`;
  const wanted = pageOf(ask(db, next(here)));
  expect(wanted.data).not.toEqual([]);
  expect(pageOf(ask(db, next(there)))).toEqual(wanted);
  expect(pageOf(elsewhere(db, next(there)))).toEqual(wanted);
  expect(pageOf(elsewhere(db, next(here)))).toEqual(wanted);
});

test("a commit elsewhere is told here once, with what was before", () => {
  const db = filled();
  const commits: Commit[] = [];
  db.onCommit((commit) => commits.push(commit));
  const { body } = elsewhere(
    db,
    `C.byId(1)!.update({ m: 7 })\nC.byId(2)!.delete()\nlet made = C.create({ id: 9, n: 1, m: 9 })\nmade.ts`,
  );
  const ts = Number(body["txn_ts"]);
  expect(commits.map((commit) => commit.ts)).toEqual([ts]);
  expect(
    commits[0]!.changes.map(({ id, before, after }) => [
      id,
      before?.data.get("m"),
      after?.data.get("m"),
      after?.ts,
    ]),
  ).toEqual([
    [1n, { kind: "int", value: 5 }, { kind: "int", value: 7 }, ts],
    [2n, { kind: "int", value: 4 }, undefined, undefined],
    [9n, undefined, { kind: "int", value: 9 }, ts],
  ]);
  expect(data(db, "[C.byN(1).map(.m).toArray(), C.byN(0).map(.m).toArray()]")).toEqual([
    [9, 7, 3, 1].map(int),
    [2, 0].map(int),
  ]);
  expect(data(db, "C.byId(1)!.ts == C.byId(9)!.ts")).toBe(true);
});

test("a query that fails elsewhere leaves nothing", () => {
  const db = filled();
  const { status, body } = elsewhere(db, `C.create({ id: 9 })\nabort(C.all().count())`);
  expect([status, body["error"]]).toMatchObject([400, { code: "abort", abort: int(7) }]);
  expect(data(db, "C.all().count()")).toEqual(int(6));
});

test("ids, times and schema versions go on where they were elsewhere", () => {
  const db = filled();
  const make = "let a = C.create({})\nlet b = C.create({})\n[a.id, b.id]";
  const ids = [elsewhere(db, make), ask(db, make), elsewhere(db, make)].flatMap(
    ({ body }) => body["data"] as string[],
  );
  expect(new Set(ids).size).toBe(6);
  expect([...ids].sort()).toEqual(ids);
  elsewhere(db, `Collection.create({ name: "D" })`);
  data(db, `Collection.create({ name: "E" })`);
  elsewhere(db, `Collection.create({ name: "F" })`);
  expect(data(db, "[D.create({ x: 1 }).x, E.create({ x: 2 }).x, F.create({ x: 3 }).x]")).toEqual(
    [1, 2, 3].map(int),
  );
  const { body } = elsewhere(db, `E.all().eventSource()`);
  expect(body["schema_version"]).toBe(db.schemaVersion);
  const [source] = db.eventSources.values();
  data(db, "E.create({})");
  expect(db.lastTs).toBeGreaterThan(source!.startTs);
});

test("what a query elsewhere makes of the schema holds here", () => {
  const db = filled();
  elsewhere(
    db,
    `C.definition.update({ indexes: { byN: null, byM: { terms: [{ field: "m" }] } } })
     Collection.create({ name: "D", constraints: [{ unique: ["n"] }] })
     Database.create({ name: "child" })`,
  );
  expect(data(db, "C.byM(3).first()!.id")).toBe("3");
  expect(ask(db, "C.byN(1).count()").status).toBe(400);
  expect(data(db, "D.create({ n: 1 }).n")).toEqual(int(1));
  expect(ask(db, "D.create({ n: 1 }).n").body["error"]).toMatchObject({
    code: "constraint_failure",
  });
  expect(data(db, `Database.byName("child")!.global_id`)).toBe(db.childByName("child")!.globalId);
  elsewhere(db, `Collection.byName("C")!.delete()`);
  expect(ask(db, "C.all().count()").body["error"]).toMatchObject({ code: "invalid_query" });
});

test("a copy says of itself what the databases around it say", () => {
  const root = database(`Database.create({ name: "child", typechecked: false, protected: true })`);
  const child = root.childByName("child")!;
  const settings = "[Query.isEnvTypechecked(), Query.isEnvProtected()]";
  expect(elsewhere(child, settings).body["data"]).toEqual([false, true]);
  expect(elsewhere(root, settings).body["data"]).toEqual([true, false]);
});
