import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { ask } from "../../../../test/support/ask";

let fauna: LocalFauna;
let key: { id: string; secret: string };
const asAdmin = async (text: string): Promise<unknown> =>
  (await ask(fauna, fauna.secret, text)).data;

beforeEach(async () => {
  fauna = await startLocalFauna();
  onTestFinished(() => fauna.close());
  await asAdmin(`Database.create({ name: "x" }); Database.create({ name: "y" }); null`);
  const text = `let k = Key.create({ role: "admin", database: "x" }); { id: k.id.toString(), secret: k.secret }`;
  key = (await asAdmin(text)) as typeof key;
});

test("keys of a database go with it, and do not come back with another one of its name", async () => {
  await asAdmin(`Key.create({ role: "server", database: "y" }).id`);
  expect(await ask(fauna, key.secret, "1")).toMatchObject({ status: 200 });
  await asAdmin(`Database.byName("x")!.delete(); null`);
  const left = `[Key.byId("${key.id}").exists(), Key.all().map(.database).toArray()]`;
  expect(await asAdmin(left)).toEqual([false, ["y"]]);
  expect(await ask(fauna, key.secret, "1")).toMatchObject({ status: 401 });
  await asAdmin(`Database.create({ name: "x" }); null`);
  expect(await ask(fauna, key.secret, "1")).toMatchObject({ status: 401 });
});

test("keys of a database stay with it when it gets another name", async () => {
  await asAdmin(`Database.byName("x")!.update({ name: "z" }); null`);
  expect(await ask(fauna, key.secret, "1")).toMatchObject({ status: 200 });
  expect(await asAdmin("Key.all().map(.database).toArray()")).toEqual(["z"]);
});
