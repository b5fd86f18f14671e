import { startLocalFauna, type LocalClerk, type LocalFauna } from "fauna-clerk/local";
import { onTestFinished } from "vitest";
import { startClerk } from "./clerk/start-clerk";

/** As long and as random as a real one, so that it can be told from other text. */
export const ADMIN_KEY = "fnAFqkVtR2YAAaBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789";

/** Stand-ins as new as a fresh container and a new Clerk instance, and the environment to reach them. */
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

/** Runs FQL with a secret or a token. */
export async function ask(fauna: LocalFauna, secret: string, query: string): Promise<any> {
  const response = await fetch(`${fauna.url}/query/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, ...(await response.json()) };
}
