import { createClerkClient } from "@clerk/backend";
import { type LocalClerk, type LocalFauna, startLocalFauna } from "@fauna-clerk/local";
import { onTestFinished } from "vitest";
import { ask } from "../../../../test/support/ask";
import { startClerk } from "../../../../test/support/clerk/start-clerk";
import { filesOf } from "./run-cli";

/** As long and random as a real one, so that it cannot match other text. */
export const ADMIN_KEY = "fnAFqkVtR2YAAaBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789";

/** A new local Fauna and a new local Clerk, and the environment to reach them. */
export interface Servers {
  fauna: LocalFauna;
  clerk: LocalClerk;
  env: Record<string, string>;
}

export async function startServers({ root = true }: { root?: boolean } = {}): Promise<Servers> {
  const fauna = await startLocalFauna({ root, secret: ADMIN_KEY, record: true });
  onTestFinished(() => fauna.close());
  const clerk = await startClerk({ templates: {} });
  return {
    fauna,
    clerk,
    env: {
      VITE_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      FAUNA_ENDPOINT: fauna.url,
      FAUNA_ADMIN_KEY: ADMIN_KEY,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
    },
  };
}

/** The admin key of the child database that init creates below the root. */
export const CHILD = `${ADMIN_KEY}:app:admin`;

/** Everything that init may change, with placeholders for what differs between servers. */
export async function stateOf({ fauna, clerk, env }: Servers, cwd: string): Promise<unknown> {
  const databases = (await ask(fauna, ADMIN_KEY, "Database.all().map(.name).toArray()")).data;
  const inside = databases.includes("app") ? (await ask(fauna, CHILD, EVERYTHING)).data : null;
  const backend = createClerkClient({ secretKey: clerk.secretKey, apiUrl: clerk.url });
  const templates = (await backend.jwtTemplates.list()).data.map(({ name, claims, lifetime }) => ({
    name,
    claims,
    lifetime,
  }));
  const files = Object.fromEntries(await filesOf(cwd));
  const text = JSON.stringify({ databases, inside, templates, files })
    .replaceAll(fauna.url, "<fauna>")
    .replaceAll(clerk.issuer, "<clerk>")
    .replaceAll(env["VITE_CLERK_PUBLISHABLE_KEY"]!, "<key>")
    .replaceAll(/https:\/\/db\.fauna\.com\/db\/\w+/g, "<audience>");
  return JSON.parse(text);
}

const EVERYTHING = `{
  collections: Collection.all().map(.name).toArray(),
  roles: Role.all().toArray().map(role => { name: role.name, privileges: role.privileges }),
  providers: AccessProvider.all().toArray().map(p => {
    name: p.name, issuer: p.issuer, jwks_uri: p.jwks_uri, roles: p.roles, audience: p.audience
  })
}`;
