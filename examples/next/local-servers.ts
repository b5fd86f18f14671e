import { join } from "node:path";

import { startLocalServers, type LocalServers } from "../todo/local-servers.ts";

/** Clerk and Fauna without accounts, as in examples/todo, and Clerk's own script without a network. */
export async function startServers(persist?: string): Promise<LocalServers> {
  const servers = await startLocalServers({
    ...(persist !== undefined && { persist }),
    packages: { "@clerk/clerk-js": join(import.meta.dirname, "../../node_modules/clerk-js-6") },
  });
  const { clerk, env } = servers;
  // The host by which Next knows itself. The page has to be there, too: it and Clerk share their cookies.
  const clerkUrl = clerk.url.replace("127.0.0.1", "localhost");
  return {
    ...servers,
    env: {
      NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      NEXT_PUBLIC_CLERK_PROXY_URL: clerkUrl,
      NEXT_PUBLIC_CLERK_JS_URL: `${clerkUrl}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`,
      NEXT_PUBLIC_CLERK_PREFETCH_UI: "false",
      NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: "1",
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
      NEXT_PUBLIC_FAUNA_ENDPOINT: servers.fauna.url,
      NEXT_PUBLIC_DEMO_USERS: env["VITE_DEMO_USERS"] ?? "[]",
      NEXT_TELEMETRY_DISABLED: "1",
    },
  };
}
