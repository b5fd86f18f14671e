/** From `.env.local` for a real Clerk and Fauna, otherwise from the stand-ins (see vite.config.ts). */
const { env } = import.meta;

export const publishableKey = env["VITE_CLERK_PUBLISHABLE_KEY"] as string;
export const faunaEndpoint = env["VITE_FAUNA_ENDPOINT"] as string;

/** Set when the stand-in for Clerk is used. */
export const clerkProxyUrl = env["VITE_CLERK_PROXY_URL"] as string | undefined;

export interface DemoUser {
  id: string;
  name: string;
}

/** Whom the stand-in signs in without a password; empty with a real Clerk. */
export const demoUsers = JSON.parse(
  (env["VITE_DEMO_USERS"] as string | undefined) ?? "[]",
) as DemoUser[];
