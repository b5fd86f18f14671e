import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { ask, deleteDatabase, realServer, ROOT_AUDIENCE } from "./server";

/** A database for one test. */
export interface TestDatabase {
  /** Of an admin. */
  readonly secret: string;
  /** What the `aud` claim of its tokens must be. */
  readonly audience: string;
  delete(): Promise<void>;
}

/** Makes an empty database below the root, which checks the types of queries as new databases do. */
export async function createDatabase(): Promise<TestDatabase> {
  const { rootKey } = realServer();
  const name = `${inject("databasePrefix")}${randomUUID().replaceAll("-", "")}`;
  const { data } = await ask<{ id: string; secret: string }>(
    rootKey,
    `let database = Database.create({ name: name, typechecked: true })
    let key = Key.create({ role: "admin", database: name })
    { id: database.global_id, secret: key.secret }`,
    { name },
  );
  return {
    secret: data.secret,
    audience: `https://db.fauna.com/db/${data.id}`,
    delete: () => deleteDatabase(name),
  };
}

let isRootBorrowed = false;

/** The root database itself, for tests of what sets up a child "app" below it. One borrower ends the one before. */
export async function borrowRoot(): Promise<TestDatabase> {
  const { rootKey } = realServer();
  const deleteChild = (): Promise<void> => deleteDatabase("app");
  if (isRootBorrowed) await deleteChild();
  else await refuseChild(rootKey);
  isRootBorrowed = true;
  const before = await definedIn(rootKey);
  return {
    secret: rootKey,
    audience: ROOT_AUDIENCE,
    async delete() {
      await deleteChild();
      for (const each of await definedIn(rootKey))
        if (!before.includes(each)) await ask(rootKey, `${each}?.delete()`);
    },
  };
}

/** What a test may define in a database: of these, each before what it refers to. */
const DEFINITIONS = ["AccessProvider", "Role", "Function", "Collection"];

/** The expressions that find what a database has defined. */
async function definedIn(secret: string): Promise<string[]> {
  const names = DEFINITIONS.map((kind) => `${kind}.all().map(.name).toArray()`);
  const { data } = await ask<string[][]>(secret, `[${names.join()}]`);
  return data.flatMap((found, index) =>
    found.map((name) => `${DEFINITIONS[index]}.byName(${JSON.stringify(name)})`),
  );
}

async function refuseChild(rootKey: string): Promise<void> {
  const { data: isThere } = await ask<boolean>(rootKey, `Database.byName("app").exists()`);
  if (isThere)
    throw new Error(
      'The root database has a child "app", which this test would change. Delete it, or take another server.',
    );
}
