import type { ClerkProviderProps } from "@clerk/react";
import { clerkProxyUrl, publishableKey } from "./settings";

/** What only the local Clerk needs: a real Clerk serves its own script. */
export type LocalClerkProps = Pick<ClerkProviderProps, "Clerk" | "proxyUrl" | "telemetry">;

/** With the local Clerk, clerk-js comes from node_modules instead of Clerk's servers. */
export async function loadLocalClerk(): Promise<LocalClerkProps> {
  if (!clerkProxyUrl) return {};
  const { Clerk } = await import("clerk-js-6/no-rhc");
  const instance = new Clerk(publishableKey, { proxyUrl: clerkProxyUrl });
  // The same class, but typed against another copy of Clerk's shared types.
  return {
    Clerk: instance as unknown as NonNullable<LocalClerkProps["Clerk"]>,
    proxyUrl: clerkProxyUrl,
    telemetry: false,
  } as LocalClerkProps;
}
