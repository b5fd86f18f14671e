/** From `.env.local` for a real Clerk and Fauna, otherwise from the local ones. */
export const faunaEndpoint = import.meta.env["VITE_FAUNA_ENDPOINT"] as string;

/** Whom the local Clerk signs in without a password; empty with a real Clerk. */
export const demoUsers = JSON.parse((import.meta.env["VITE_DEMO_USERS"] as string) ?? "[]") as {
  id: string;
  name: string;
}[];
