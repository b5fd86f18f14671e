/** From `.env.local` for a real Clerk and Fauna, otherwise from the local servers (see vite.config.ts). */
declare global {
  interface ImportMetaEnv {
    readonly VITE_CLERK_PUBLISHABLE_KEY: string;
    readonly VITE_FAUNA_ENDPOINT: string;
    readonly VITE_CLERK_PROXY_URL?: string;
    readonly VITE_DEMO_USERS?: string;
  }
}

export interface DemoUser {
  id: string;
  name: string;
}

export const publishableKey = import.meta.env.VITE_CLERK_PUBLISHABLE_KEY;
export const faunaEndpoint = import.meta.env.VITE_FAUNA_ENDPOINT;

/** Set when the local Clerk is used. */
export const clerkProxyUrl = import.meta.env.VITE_CLERK_PROXY_URL;

/** Whom the local Clerk signs in without a password; empty with a real Clerk. */
export const demoUsers = JSON.parse(import.meta.env.VITE_DEMO_USERS ?? "[]") as DemoUser[];
