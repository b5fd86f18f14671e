import { randomUUID } from "node:crypto";
import type { TestProject } from "vitest/node";
import { ask, deleteDatabases, QueryRefused, realServer, REMEDY, ROOT_AUDIENCE } from "./server";

declare module "vitest" {
  interface ProvidedContext {
    /** What the names of this run's databases begin with. */
    databasePrefix: string;
  }
}

/** Vitest's global set-up: fails before any test if there is no server to test on, and leaves nothing behind on it. */
export default async function checkServer(project: TestProject): Promise<() => Promise<void>> {
  await checkRootKey();
  const prefix = `test_${randomUUID().slice(0, 8)}_`;
  project.provide("databasePrefix", prefix);
  return () => deleteDatabases(prefix);
}

/** Only access providers tell which database a key is of, so one is made in a transaction that is then given up. */
async function checkRootKey(): Promise<void> {
  const { endpoint, rootKey } = realServer();
  const provider = {
    name: "Probe",
    issuer: `urn:uuid:${randomUUID()}`,
    jwks_uri: "https://localhost/",
  };
  const audience = await ask(rootKey, "abort(AccessProvider.create(provider).audience)", {
    provider,
  }).catch((error: unknown) => {
    if (!(error instanceof QueryRefused))
      throw new Error(`${endpoint} (FAUNA_ENDPOINT) does not answer. ${REMEDY}`, { cause: error });
    return error.body.error?.abort;
  });
  if (audience !== ROOT_AUDIENCE)
    throw new Error(`FAUNA_ADMIN_KEY is no key of the root database of ${endpoint}. ${REMEDY}`);
}
