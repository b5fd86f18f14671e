import {
  startLocalClerk,
  startLocalFauna,
  type LocalClerk,
  type LocalFauna,
} from "fauna-clerk/local";
import { claims, collections, firstTodos, roles, rolesOfTokens } from "./schema.ts";

export interface StandIns {
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
export async function startStandIns({ persist }: { persist?: string } = {}): Promise<StandIns> {
  const clerk = await startLocalClerk();
  const fauna = await startLocalFauna({
    ...(persist === undefined ? {} : { persist }),
    seed: [collections, firstTodos],
    roles,
    accessProviders: [
      { name: "Clerk", issuer: clerk.issuer, jwks_uri: clerk.jwksUri, roles: rolesOfTokens },
    ],
  });
  clerk.setTemplate("fauna", { claims: claims(fauna.audience) });
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
