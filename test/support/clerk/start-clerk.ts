import { onTestFinished } from "vitest";
import { startLocalClerk, type LocalClerk, type LocalClerkOptions } from "@fauna-clerk/local";

/** A local Clerk that lives as long as the test, with a template named "fauna". */
export async function startClerk(options: LocalClerkOptions = {}): Promise<LocalClerk> {
  const templates = { fauna: { claims: { aud: "https://db.fauna.com/db/test" } } };
  const local = await startLocalClerk({ templates, ...options });
  onTestFinished(() => local.close());
  return local;
}
