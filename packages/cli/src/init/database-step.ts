import type { FaunaAdmin } from "../fauna-admin";
import { isRoot } from "../explain";
import { DEFAULT_CHILD, readAudience } from "../fauna-state";
import type { Goal } from "./goal";
import type { Finding, Step } from "./plan";

/** Finds the database to set up, and makes it where it has to be a child: the root database takes no tokens. */
export function databaseStep(goal: Goal, admin: FaunaAdmin): Step {
  return {
    title: "Database",
    async inspect() {
      const name = goal.settings.database ?? (await nameOfChild(admin));
      if (name !== undefined) return inspectChild(goal, admin, name);
      await goal.use(admin);
      return { state: "same", details: ["that of FAUNA_ADMIN_KEY"] };
    },
  };
}

async function nameOfChild(admin: FaunaAdmin): Promise<string | undefined> {
  return isRoot(await readAudience(admin)) ? DEFAULT_CHILD : undefined;
}

async function inspectChild(goal: Goal, admin: FaunaAdmin, name: string): Promise<Finding> {
  const child = admin.child(name);
  const details = [`${name}, below that of FAUNA_ADMIN_KEY`];
  if (await admin.query<boolean>("Database.byName(name).exists()", { name })) {
    await goal.use(child);
    return { state: "same", details };
  }
  const apply = async (): Promise<undefined> => {
    await admin.query("Database.create({ name: name }) { name }", { name });
    await goal.use(child);
  };
  return { state: "change", change: { kind: "create", details, apply } };
}
