import type { FaunaApi } from "../fauna-admin";
import { isRoot } from "../explain";
import { DEFAULT_CHILD_DATABASE, readAudience } from "../fauna-state";
import type { Setup } from "./goal";
import type { Finding, Step } from "./plan";

/** Finds the database to set up, and makes it where it has to be a child: the root database takes no tokens. */
export function databaseStep(setup: Setup, admin: FaunaApi): Step {
  return {
    title: "Database",
    async inspect() {
      const name = setup.settings.database ?? (await defaultChildName(admin));
      if (name !== undefined) return inspectChild(setup, admin, name);
      await setup.selectDatabase(admin);
      return { state: "same", details: ["that of FAUNA_ADMIN_KEY"] };
    },
  };
}

async function defaultChildName(admin: FaunaApi): Promise<string | undefined> {
  return isRoot(await readAudience(admin)) ? DEFAULT_CHILD_DATABASE : undefined;
}

async function inspectChild(setup: Setup, admin: FaunaApi, name: string): Promise<Finding> {
  const child = admin.child(name);
  const details = [`${name}, below that of FAUNA_ADMIN_KEY`];
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
