import { join } from "node:path";

import { startLocalServers, type LocalServers } from "../todo/local-servers.ts";

/**
 * Clerk and Fauna without accounts, as in examples/todo, and Clerk's own script without a network.
 *
 * @param prefix - what begins the names of the variables that a page may read.
 */
export async function startServers(prefix: string, persist?: string): Promise<LocalServers> {
  const servers = await startLocalServers({
    ...(persist !== undefined && { persist }),
    packages: { "@clerk/clerk-js": join(import.meta.dirname, "../../node_modules/clerk-js-6") },
  });
  const { clerk, env } = servers;
  // The host by which the page's server knows itself. The page has to be there, too: it and Clerk share their cookies.
  const clerkUrl = clerk.url.replace("127.0.0.1", "localhost");
  return {
    ...servers,
    env: {
      [`${prefix}CLERK_PUBLISHABLE_KEY`]: clerk.publishableKey,
      [`${prefix}CLERK_PROXY_URL`]: clerkUrl,
      [`${prefix}CLERK_JS_URL`]: `${clerkUrl}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`,
      [`${prefix}CLERK_PREFETCH_UI`]: "false",
      [`${prefix}CLERK_TELEMETRY_DISABLED`]: "1",
      [`${prefix}FAUNA_ENDPOINT`]: servers.fauna.url,
      [`${prefix}DEMO_USERS`]: env["VITE_DEMO_USERS"] ?? "[]",
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
      NEXT_TELEMETRY_DISABLED: "1",
    },
  };
}
