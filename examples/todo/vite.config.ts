import { join } from "node:path";

import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin } from "vite";
import { startLocalServers, type LocalServers } from "./local-servers.ts";

/** Where todos outlive the dev server. */
const persist = join(import.meta.dirname, ".local/todos.db");

export default defineConfig({
  root: import.meta.dirname,
  // The host of the local servers too, so that their cookies are first-party and every browser has its own users.
  server: { host: "127.0.0.1" },
  plugins: [react(), localServers()],
  optimizeDeps: {
    include: ["@clerk/react", "@tanstack/react-query", "clerk-js-6/no-rhc", "fauna", "faunadb"],
  },
});

/** Without the keys of a real Clerk and Fauna, starts local servers for both and points the app at them. */
function localServers(): Plugin {
  let running: LocalServers | undefined;
  return {
    name: "local-servers",
    apply: (_config, { command, isPreview }) => command === "serve" && !isPreview,
    async config(_config, { mode }) {
      if (loadEnv(mode, import.meta.dirname)["VITE_CLERK_PUBLISHABLE_KEY"]) return {};
      // Tests want a database of their own.
      running = await startLocalServers(mode === "test" ? {} : { persist });
      return { define: defineEnv(running.env) };
    },
    configureServer(server) {
      if (running)
        server.config.logger.info(
          `\n  Clerk and Fauna are local servers. The todos are in ${persist}; without that file they start anew.\n` +
            `  Clerk  ${running.clerk.url}\n  Fauna  ${running.fauna.url} (secret: ${running.fauna.secret})`,
        );
      server.httpServer?.once("close", () => void running?.close());
    },
  };
}

/** Makes Vite replace these variables in the app, as it does with those of `.env.local`. */
export const defineEnv = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [`import.meta.env.${name}`, JSON.stringify(value)]),
  );
