// The ends of sets, other ways to name them, and their events in the words of earlier versions.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
const index = (name: string, more: object): object => ({
  create_index: { object: { name, source: { collection: "M" }, ...more } },
});
const field = (name: string): object => ({ object: { field: ["data", name] } });

beforeAll(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "M" })`,
      `M.create({ id: "1", a: 1 }); M.create({ id: "2", a: 2 })`,
    ],
  });
  await askV4(fauna, index("up", { values: [field("a")] }));
  await askV4(fauna, index("by", { terms: [field("a")] }));
});
afterAll(() => fauna.close());

const up = { match: { index: "up" } };
const all = { documents: { collection: "M" } };

test.each([
  ["values", up],
  ["values backwards", { reverse: up }],
  ["documents backwards", { reverse: all }],
  ["values of a union", { union: [up, up] }],
])("the last of %s is not found, the first is", async (_, set) => {
  expect((await askV4(fauna, { last: set })).errors[0]?.description).toBe(
    "Non-empty set expected.",
  );
  expect((await askV4(fauna, { first: set })).status).toBe(200);
});

test("the last of documents is found", async () => {
  const { resource } = await askV4(fauna, { select: "id", from: { last: all } });
  expect(resource).toBe("2");
});

test("`match` takes its terms first, too", async () => {
  const [first, other] = await Promise.all(
    [
      { match: 1, index: { index: "by" } },
      { match: { index: "by" }, terms: 1 },
    ].map((set) => askV4(fauna, { paginate: set })),
  );
  expect(first).toEqual(other);
  expect(first?.status).toBe(200);
});

test("events are looked up by what they happened to, as long as that is there", async () => {
  const events = { events: { match: { index: "by" }, terms: 1 } };
  expect((await askV4(fauna, { get: events })).status).toBe(200);
  expect((await askV4(fauna, { exists: events })).resource).toBe(true);
  const none = { events: { match: { index: "by" }, terms: 9 } };
  expect((await askV4(fauna, { exists: none })).resource).toBe(false);
});

test.each([
  ["2.0", "resource"],
  ["2.1", "instance"],
  ["2.7", "document"],
  ["4", "document"],
])("in version %s events have a field `%s`", async (version, name) => {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}`, "x-faunadb-api-version": version },
    body: JSON.stringify({ paginate: { events: all }, size: 1 }),
  });
  const { resource } = (await answer.json()) as { resource: { data: object[]; after: object } };
  expect(Object.keys(resource.data[0] ?? {})).toEqual(["ts", "action", name]);
  expect(Object.keys(resource.after)).toContain(name);
});

test("what happened in a set comes from the events of that set", async () => {
  const paginate = { match: { index: "by" }, terms: 1 };
  const { resource } = await askV4(fauna, { paginate, events: true, sources: true });
  expect(resource).toHaveProperty(["data", 0, "sources", 0, "@set", "events", "terms"], 1);
});
