import type { LocalDatabaseOptions } from "../../packages/local/src";
import { ask } from "./server";

/** Fills a new database as the local one is filled. Throws with the server's summary if something is not accepted. */
export async function define(
  secret: string,
  { seed = [], roles = [], accessProviders = [] }: LocalDatabaseOptions,
): Promise<void> {
  for (const query of [seed].flat()) await run(secret, "The seed", query);
  for (const role of roles) await create(secret, "Role", role);
  for (const provider of accessProviders) await create(secret, "AccessProvider", provider);
}

async function create(
  secret: string,
  collection: "Role" | "AccessProvider",
  definition: object | string,
): Promise<void> {
  if (typeof definition === "string") return run(secret, collection, definition);
  await run(secret, collection, `${collection}.create(definition)`, { definition });
}

async function run(secret: string, what: string, query: string, args = {}): Promise<void> {
  try {
    await ask(secret, query, args);
  } catch (cause) {
    throw new Error(`${what} was not accepted.\n${String(cause)}`, { cause });
  }
}
