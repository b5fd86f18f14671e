import { readFile } from "node:fs/promises";
import { Client } from "fauna";
import {
  startLocalClerk,
  startLocalFauna,
  type LocalClerk,
  type LocalClerkOptions,
  type LocalFauna,
} from "@fauna-clerk/local";
import { firstTodos } from "./first-todos.ts";

export interface LocalServers {
  clerk: LocalClerk;
  fauna: LocalFauna;
  /** Points the app at them. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Clerk and Fauna without accounts, both in this process. Clerk's sessions are gone with it, and so are the todos
 * unless there is a file to keep them in.
 */
export async function startLocalServers({
  persist,
  ...options
}: { persist?: string } & LocalClerkOptions = {}): Promise<LocalServers> {
  const clerk = await startLocalClerk(options);
  const fauna = await startLocalFauna({
    ...(persist !== undefined && { persist }),
    onRefused: (summary) => console.error(`\nFauna refused a query.\n${summary}`),
  });
  clerk.setTemplate("fauna", { claims: claims(fauna.audience) });
  await pushSchema(fauna, clerk.issuer);
  const client = new Client({ endpoint: new URL(fauna.url), secret: fauna.secret });
  // A thousand of them, which may take a while on a busy machine.
  await client.query(firstTodos, { query_timeout_ms: 60_000 });
  client.close();
  return {
    clerk,
    fauna,
    env: {
      VITE_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      VITE_CLERK_PROXY_URL: clerk.url,
      VITE_FAUNA_ENDPOINT: fauna.url,
      VITE_DEMO_USERS: JSON.stringify(
        clerk.users.map(({ id, firstName, lastName }) => ({
          id,
          name: `${firstName} ${lastName}`,
        })),
      ),
    },
    close: async () => {
      await Promise.all([clerk.close(), fauna.close()]);
    },
  };
}

/** The claims of the JWT template "fauna" in Clerk. */
export const claims = (audience: string): Record<string, string> => ({
  aud: audience,
  // By this the library sees that a token is of the organization on the screen; Clerk's are not always.
  org_id: "{{org.id}}",
  org: "{{org.id || 'personal'}}",
  name: "{{user.full_name}}",
  email: "{{user.primary_email_address}}",
  role: "{{user.public_metadata.role || 'member'}}",
});

/** As `fauna schema push` does, with the local Clerk as the access provider. */
async function pushSchema({ url, secret }: LocalFauna, issuer: string): Promise<void> {
  const file = await readFile(new URL("schema.fsl", import.meta.url), "utf8");
  const schema = file.replaceAll("https://your-app.clerk.accounts.dev", issuer);
  const body = new FormData();
  body.append("schema.fsl", new Blob([schema]), "schema.fsl");
  const headers = { authorization: `Bearer ${secret}` };
  const response = await fetch(`${url}/schema/1/update?force=true`, {
    method: "POST",
    headers,
    body,
  });
  if (!response.ok) throw new Error(await response.text());
}
