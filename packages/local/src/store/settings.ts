import type { Setting } from "./database-state";
import type { Database } from "./database";
import { SYSTEM_COLLECTIONS } from "./system";

/** What the document of a database says, or else that of the nearest database around it that says something. */
export function settingOf({ parent, settings }: Database, name: Setting): boolean | undefined {
  if (!parent) return settings?.[name];
  const own = parent.database.read(SYSTEM_COLLECTIONS.Database, parent.id)?.data.get(name);
  return typeof own === "boolean" ? own : settingOf(parent.database, name);
}
