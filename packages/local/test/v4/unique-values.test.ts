// Indexes of FQL v4 that list what they list once: into how many parts they are taken, what they refuse, when they go.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
beforeEach(async () => {
  fauna = await startLocalFauna({ seed: [`Collection.create({ name: "Seat" })`] });
});
afterEach(() => fauna.close());

const field = (...path: string[]): object => ({ object: { field: path } });
const index = (name: string, more: object): Promise<{ status: number; resource: unknown }> =>
  askV4(fauna, { create_index: { object: { name, source: { collection: "Seat" }, ...more } } });
const put = async (id: string, data: object): Promise<number> => {
  const ref = { ref: { collection: "Seat" }, id };
  const { status } = await askV4(fauna, {
    create: ref,
    params: { object: { data: { object: data } } },
  });
  return status;
};

test.each([
  ["nothing", {}, 8],
  ["unique", { unique: true }, 8],
  ["unique values", { values: [field("data", "a")], unique: true }, 8],
  ["terms", { terms: [field("data", "a")] }, 1],
  ["the class as its term", { terms: [field("class")] }, 8],
  ["the class among its terms", { terms: [field("class"), field("data", "a")] }, 1],
  ["partitions of its own", { partitions: 3 }, 3],
  ["partitions that are no integer", { partitions: "3" }, 8],
])("an index with %s is taken apart into as many parts as the server's", async (_, more, parts) => {
  const { resource } = await index("i", more);
  expect(resource).toHaveProperty("partitions", parts);
});

test.each([0, 9, -1])("an index is not taken apart into %i parts", async (partitions) => {
  expect((await index("i", { partitions })).status).toBe(400);
});

test("values that are unique are so in all documents, rows of nothing aside", async () => {
  await index("i", { values: [field("data", "a"), field("data", "b")], unique: true });
  expect(await put("1", { a: 1, b: 2 })).toBe(201);
  expect(await put("2", { a: 1, b: 3 })).toBe(201);
  expect(await put("3", { a: 1, b: 2 })).toBe(400);
  expect(await put("4", { a: 1 })).toBe(201);
  expect(await put("5", { a: 1 })).toBe(400);
  expect(await put("6", {})).toBe(201);
  expect(await put("7", {})).toBe(201);
});

test("each element of an array is unique", async () => {
  await index("i", { values: [field("data", "tags")], unique: true });
  expect(await put("1", { tags: ["x", "x"] })).toBe(201);
  expect(await put("2", { tags: ["y", "x"] })).toBe(400);
});

test("a unique index of nothing has room for one document", async () => {
  await index("i", { unique: true });
  expect(await put("1", {})).toBe(201);
  expect(await put("2", {})).toBe(400);
});

test("what a document had before an index was made is not held against it", async () => {
  await put("1", { a: 1 });
  await put("2", { a: 1 });
  await index("i", { values: [field("data", "a")], unique: true });
  const { status } = await askV4(fauna, {
    update: { ref: { collection: "Seat" }, id: "1" },
    params: { object: { data: { object: { b: 1 } } } },
  });
  expect(status).toBe(200);
});

test("the indexes of one collection go with it, those of several stay", async () => {
  await askV4(fauna, { create_collection: { object: { name: "Other" } } });
  await index("alone", {});
  await index("both", { source: [{ collection: "Seat" }, { collection: "Other" }] });
  await index("all", { source: "_" });
  await askV4(fauna, { delete: { collection: "Seat" } });
  const { resource } = await askV4(fauna, { paginate: { indexes: null } });
  expect(JSON.stringify(resource)).not.toContain("alone");
  expect(JSON.stringify(resource)).toMatch(/both.*all/);
});

test.each(["bad name", "_", "", 5, null])("an index is not renamed to %j", async (name) => {
  await index("i", {});
  const { status } = await askV4(fauna, {
    update: { index: "i" },
    params: { object: { name } },
  });
  expect(status).toBe(400);
});
