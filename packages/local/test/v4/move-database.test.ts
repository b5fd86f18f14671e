import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

const outer = { database: "outer" };
const inner = { database: "inner", scope: outer };
const other = { database: "other" };

let fauna: LocalFauna;
/** The secret of a key in `outer` for `inner`. */
let as: string;

const admin = async (database: object, options?: { as: string }): Promise<string> => {
  const key = { create_key: { object: { role: "admin", database } } };
  return ((await askV4(fauna, key, options)).resource as { secret: string }).secret;
};
const make = (name: string, options?: { as: string }): Promise<unknown> =>
  askV4(fauna, { create_database: { object: { name } } }, options);
const read = async (expression: object): Promise<unknown> =>
  (await askV4(fauna, expression)).resource;

beforeAll(async () => {
  fauna = await startLocalFauna();
  await make("outer");
  await make("other");
  const ofOuter = { as: await admin(outer) };
  await make("inner", ofOuter);
  as = await admin({ database: "inner" }, ofOuter);
  await askV4(fauna, { create_collection: { object: { name: "things" } } }, { as });
});
afterAll(() => fauna.close());

const isUsable = async (): Promise<boolean> =>
  (await askV4(fauna, { exists: { collection: "things" } }, { as })).resource === true;

test("a move between two other databases is taken back when the query fails", async () => {
  const { status } = await askV4(fauna, {
    do: [{ move_database: inner, to: other }, { abort: "no" }],
  });
  expect(status).toBe(400);
  const places = [{ exists: inner }, { exists: { ...inner, scope: other } }];
  expect(await read(places)).toEqual([true, false]);
  expect(await isUsable()).toBe(true);
});

test("what is moved keeps its id, its contents and its keys, and may be moved back", async () => {
  const globalId = (of: object): object => ({ select: ["global_id"], from: { get: of } });
  const before = await read(globalId(inner));
  await askV4(fauna, { move_database: inner, to: other });
  expect(await read({ exists: inner })).toBe(false);
  expect(await read(globalId({ ...inner, scope: other }))).toBe(before);
  expect(await isUsable()).toBe(true);
  await askV4(fauna, { move_database: { ...inner, scope: other }, to: outer });
  expect(await read(globalId(inner))).toBe(before);
  expect(await isUsable()).toBe(true);
});
