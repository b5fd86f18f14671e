import { createServer, mergeConfig } from "vite";
import { expect, onTestFinished, test } from "vitest";
import config from "../../examples/todo/vite.config";

test("npm start serves the example with the keys of its own Clerk and Fauna", async () => {
  const server = await createServer(
    // Imported above and not read by Vite.
    mergeConfig(config, {
      configFile: false,
      mode: "test",
      logLevel: "error",
      server: { port: 0 },
    }),
  );
  onTestFinished(() => server.close());
  await server.listen();
  const text = async (path: string): Promise<string> =>
    (await fetch(new URL(path, server.resolvedUrls!.local[0]))).text();
  expect(await text("/")).toContain("/src/main.tsx");
  expect(await text("/src/settings.ts")).toMatch(/"VITE_CLERK_PUBLISHABLE_KEY": "pk_/);
});
