/** From `.env.local` for a real Clerk and Fauna, otherwise from start.mjs. */
export const faunaEndpoint = process.env.NEXT_PUBLIC_FAUNA_ENDPOINT ?? "";

/** Whom the local Clerk signs in without a password; empty with a real Clerk. */
export const demoUsers = JSON.parse(process.env.NEXT_PUBLIC_DEMO_USERS ?? "[]") as {
  id: string;
  name: string;
}[];
