// References into child databases: they are read through, and not written through.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
const child = { database: "child" };
const things = { collection: "things", scope: child };

beforeAll(async () => {
  fauna = await startLocalFauna();
  await askV4(fauna, { create_database: { object: { name: "child" } } });
  const key = { create_key: { object: { role: "admin", database: child } } };
  const { resource } = await askV4(fauna, key);
  const { secret: as } = resource as { secret: string };
  await askV4(fauna, { create_database: { object: { name: "grandchild" } } }, { as });
  await askV4(fauna, { create_collection: { object: { name: "things" } } }, { as });
  const index = { name: "all", source: { collection: "things" } };
  await askV4(fauna, { create_index: { object: index } }, { as });
  const data = { object: { n: 1 } };
  const ref = { ref: { collection: "things" }, id: "1" };
  await askV4(fauna, { create: ref, params: { object: { data } } }, { as });
});
afterAll(() => fauna.close());

test.each<[string, object, unknown]>([
  ["a document", { select: ["data", "n"], from: { get: { ref: things, id: "1" } } }, 1],
  ["the documents of a collection", { count: { documents: things } }, 1],
  ["an index", { count: { match: { index: "all", scope: child } } }, 1],
  ["the collections", { count: { collections: child } }, 1],
  ["databases within", { exists: { database: "grandchild", scope: child } }, true],
  ["what is not there", { exists: { collection: "none", scope: child } }, false],
  [
    "whose it is",
    { select: ["collection", "database", "id"], from: { ref: things, id: "1" } },
    "child",
  ],
])("reads %s of a child database", async (_what, expression, expected) => {
  expect((await askV4(fauna, expression)).resource).toStrictEqual(expected);
});

test.each(["create", "update", "replace", "delete"])(
  "refuses to %s in a child database",
  async (how) => {
    const params = how === "delete" ? {} : { params: { object: {} } };
    const { errors } = await askV4(fauna, { [how]: { ref: things, id: "1" }, ...params });
    expect(errors).toStrictEqual([
      { position: [how], code: "invalid argument", description: "Cannot write a scoped ref." },
    ]);
  },
);

test("a key without rights of its own database has none in a child of it", async () => {
  await askV4(fauna, { create_role: { object: { name: "nobody", privileges: [] } } });
  const key = { create_key: { object: { role: { role: "nobody" } } } };
  const { resource } = await askV4(fauna, key);
  const { secret: as } = resource as { secret: string };
  expect((await askV4(fauna, { get: { ref: things, id: "1" } }, { as })).status).toBe(403);
});

test("a database that is not there is named, wherever it is looked into", async () => {
  const gone = { collection: "things", scope: { database: "gone" } };
  const { errors } = await askV4(fauna, { paginate: { documents: gone } });
  expect(errors.map(({ description }) => description)).toStrictEqual([
    "Ref refers to undefined database 'gone'",
  ]);
});
