import { isRoot } from "../explain";
import type { FaunaApi } from "../fauna-api";
import { DEFAULT_CHILD_DATABASE, readAudience } from "../fauna-state";
import type { Setup } from "./setup";
import type { Finding, Step } from "./step";

/** Finds the database to set up. Below the root, which accepts no tokens, it creates a child database. */
export function databaseStep(setup: Setup, admin: FaunaApi): Step {
  return {
    title: "Database",
    async inspect() {
      const name = setup.settings.database ?? (await defaultChildName(admin));
      if (name !== undefined) return inspectChild(setup, admin, name);
      await setup.selectDatabase(admin);
      return { state: "same", details: ["the database of FAUNA_ADMIN_KEY"] };
    },
  };
}

async function defaultChildName(admin: FaunaApi): Promise<string | undefined> {
  return isRoot(await readAudience(admin)) ? DEFAULT_CHILD_DATABASE : undefined;
}

async function inspectChild(setup: Setup, admin: FaunaApi, name: string): Promise<Finding> {
  const child = admin.child(name);
  const details = [`${name}, a child of the database of FAUNA_ADMIN_KEY`];
  if (await admin.query<boolean>("Database.byName(name).exists()", { name })) {
    await setup.selectDatabase(child);
    return { state: "same", details };
  }
  const apply = async (): Promise<undefined> => {
    await admin.query("Database.create({ name: name }) { name }", { name });
    await setup.selectDatabase(child);
  };
  return { state: "change", change: { kind: "create", details, apply } };
}

/** Creates missing collections. */
export function collectionsStep(setup: Setup): Step {
  return {
    title: "Collections",
    inspect() {
      const { collections } = setup.settings;
      const names = collections.filter((name) => !setup.state.collections.includes(name));
      if (names.length === 0) return Promise.resolve({ state: "same", details: collections });
      const apply = async (): Promise<undefined> => {
        await setup.database.query("names.forEach(name => Collection.create({ name: name }))", {
          names,
        });
      };
      return Promise.resolve({
        state: "change",
        change: { kind: "create", details: names, apply },
      });
    },
  };
}
