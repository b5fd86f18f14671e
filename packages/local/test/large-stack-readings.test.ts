// What is read in a thread with a large stack is what is read here. Queries: large-stack.test.ts.
import { describe, expect, test } from "vitest";
import { judgeMembership } from "../src/access/membership";
import { judgeClaims } from "../src/fql/evaluate-predicate";
import type { EventSourceValue } from "../src/fql/values/value";
import type { Json } from "../src/http/read-json";
import type { Commit, Database } from "../src/store";
import type { Caller } from "../src/store/caller";
import { readChanges, readEvents, readSource, type ChangesRequest } from "../src/streams/readings";
import { answerV4 } from "../src/v4/answer";
import type { V4Request } from "../src/v4/run";
import { data, int } from "./fql/query";
import { doneElsewhere, filled } from "./support/done-elsewhere";

describe("events that are read elsewhere", () => {
  const users: Record<string, Caller> = {
    admin: { builtin: "admin", roles: [], claims: null },
    ada: { roles: ["user"], claims: { sub: "ada", n: 2n } },
  };

  /** A database with rights by document, and a source of each kind, of which something has happened since. */
  function followed(source: string): { db: Database; source: EventSourceValue; commits: Commit[] } {
    const db = filled();
    data(db, "C.all().forEach(c => c.update({ owner: if (c.n == 1) 'ada' else 'ben' }))");
    const mine = "c => c.owner == Query.token()?.sub && C.byId(c.id) != null";
    data(
      db,
      `Role.create({ name: "user", privileges: [{ resource: "C", actions: { read: "${mine}" } }] })`,
    );
    const { "@stream": text } = data(db, source) as { "@stream": string };
    const commits: Commit[] = [];
    db.onCommit((commit) => commits.push(commit));
    data(db, "C.create({ id: 7, n: 1, m: 1, owner: 'ada' })");
    data(
      db,
      "C.byId(7)!.update({ owner: 'ben' })\nC.byId(2)!.delete()\nC.create({ id: 8, n: 1, m: 8 })",
    );
    data(db, "C.byId(1)!.update({ m: 6, owner: 'ada' })");
    data(db, "C.byId(7)!.delete()");
    return { db, source: db.eventSources.get(text)!, commits };
  }

  const SOURCES = [
    "C.all().eventSource()",
    "C.byN(1).eventSource()",
    "C.byN(1).where(.m! > 0).map(.m).eventSource()",
    "C.all().eventsOn(.owner)",
    "Set.single(C.byId(1)!).eventSource()",
    "{ let half = 1.5\n C.all().where(c => c.m != null).map(c => { let f: Any = half * c.m!\n f }).eventSource() }",
    "C.all().where(c => if (c.id == '2') abort('no') else true).eventSource()",
  ];
  const cases = SOURCES.flatMap((source) =>
    Object.keys(users).map((user) => [source, user] as const),
  );

  test.each(cases)("are those that are read here: %s, by %s", (text, user) => {
    const { db, source, commits } = followed(text);
    const follower = { caller: users[user]!, source };
    const read = readSource(db, follower);
    expect(doneElsewhere(db, "source", follower)).toEqual(read);
    if (!("coll" in read)) throw new Error(read.refusal);
    const follow = { ...follower, ...read };
    const requests: ChangesRequest[] = [
      { follow, since: source.startTs },
      ...commits.map((commit) => ({ follow, commit })),
    ];
    const told = requests.flatMap((request) => {
      const changes = readChanges(db, request);
      expect(doneElsewhere(db, "changes", request)).toEqual(changes);
      const events = readEvents(db, { follow, changes, most: 16 });
      expect(plain(doneElsewhere(db, "events", { follow, changes, most: 16 }))).toEqual(
        plain(events),
      );
      return events.events;
    });
    expect(told).not.toEqual([]);
    expect(db.lastTs).toBe(commits.at(-1)!.ts);
  });

  test("a source that stands for nothing is refused with the same words", () => {
    const { db, source } = followed("C.all().eventSource()");
    data(db, `Role.byName("user")!.delete()`);
    data(db, `Collection.byName("C")!.delete()`);
    const follower = { caller: users["admin"]!, source };
    expect(doneElsewhere(db, "source", follower)).toEqual(readSource(db, follower));
    expect(readSource(db, follower)).toEqual({ refusal: "Unbound variable `C`" });
  });

  test("a source that the database no longer remembers is read all the same", () => {
    const { db, source } = followed("C.all().map(.m).eventSource()");
    db.eventSources.clear();
    const follow = { caller: users["admin"]!, source, coll: 1024 };
    const request = {
      follow,
      changes: readChanges(db, { follow, since: source.startTs }),
      most: 2,
    };
    expect(plain(doneElsewhere(db, "events", request))).toEqual(plain(readEvents(db, request)));
    expect(readEvents(db, request)).toMatchObject({ taken: 2 });
  });
});

/** Objects of JSON have no prototype before they have been handed over. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test("predicates outside of queries answer elsewhere as here", () => {
  const db = filled();
  for (const n of [1, 2]) {
    const claims = {
      predicate: `jwt => C.byN(jwt.n).count() > 0`,
      caller: { roles: [], claims: { n: BigInt(n) } },
    };
    expect(doneElsewhere(db, "claims", claims)).toBe(judgeClaims(db, claims));
    const document = { coll: 1024, id: BigInt(n) };
    const member = { predicate: "c => c.m == 5", document };
    expect(doneElsewhere(db, "membership", member)).toBe(judgeMembership(db, member));
  }
});

test("a query of FQL v4 writes elsewhere as here, and knows who asks", () => {
  const db = filled();
  const asker = { caller: { roles: [], builtin: "admin" as const, claims: { sub: "ada" } } };
  const request = (json: Json): V4Request => ({ asker, json, version: "4", timeout: 5_000 });
  const collection = { collection: "C" };
  const made = doneElsewhere(
    db,
    "v4",
    request({ create: collection, params: { object: { data: { object: { n: 9n } } } } }),
  );
  expect(made.status).toBe(201);
  expect(data(db, "C.byN(9).count()")).toEqual(int(1));
  const whose = request({ select: "sub", from: { current_token: null } });
  expect(doneElsewhere(db, "v4", whose)).toEqual(answerV4(db, whose));
  expect(answerV4(db, whose)).toMatchObject({ status: 200, body: `{"resource":"ada"}` });
  const refused = request({ get: { ref: collection, id: "99" } });
  expect(doneElsewhere(db, "v4", refused)).toMatchObject({ status: 404 });
});
