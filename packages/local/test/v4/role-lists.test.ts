// What FQL v4 refuses in the lists of roles, and where it says that it is.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna({ seed: [`Collection.create({ name: "Note" })`] });
  await askV4(fauna, { create_role: { object: { name: "known", privileges: [] } } });
});
afterAll(() => fauna.close());

const doc = { collection: "Note" };
const rights = (actions: unknown): object => ({ object: { resource: doc, actions } });

test.each([
  [[rights({ object: { read: "x" } })], [], ["privileges actions read"]],
  [[rights({ object: { read: 5 } })], [], ["actions read"]],
  [[rights({ object: { read: "x", write: 5 } })], [], ["actions write"]],
  [[rights(5)], [], ["actions"]],
  [[5, "x"], [], ["privileges"]],
  [[{ object: { resource: "Note" } }], [], ["privileges resource"]],
  [
    [{ object: { resource: 5 } }],
    [{ object: { resource: 6, predicate: 7 } }],
    ["resource", "resource"],
  ],
  [[], [{ object: { resource: doc, predicate: "x" } }], ["membership predicate"]],
  [[], [{ object: { resource: doc, predicate: 5 } }], ["predicate"]],
])("privileges %j and members %j", async (privileges, membership, wanted) => {
  const { errors } = await askV4(fauna, {
    create_role: { object: { name: "new", privileges, membership } },
  });
  const [error] = errors as unknown as { failures: { field: string[] }[] }[];
  expect(error?.failures.map(({ field }) => field.join(" "))).toEqual(wanted);
});

test("what names no resource allows nothing, and is no mistake", async () => {
  const privileges = [{ object: { actions: { object: { read: true, unknown: 5, write: null } } } }];
  const membership = [{ object: { predicate: { query: { lambda: "x", expr: true } } } }];
  const role = (name: string): object => ({
    create_role: { object: { name, privileges, membership } },
  });
  expect((await askV4(fauna, role("new"))).status).toBe(201);
  expect((await askV4(fauna, role("known"))).errors[0]?.code).toBe("instance already exists");
});

test.each([0, 501, -1, 1.5, "high"])("no database has the priority %j", async (priority) => {
  const { errors } = await askV4(fauna, { create_database: { object: { name: "d", priority } } });
  expect(JSON.stringify(errors)).toContain("expected type Priority");
});
