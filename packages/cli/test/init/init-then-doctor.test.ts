import { fql } from "fauna";
import { createFaunaClient } from "fauna-clerk";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { startServers } from "../support/cli-servers";
import { runCli, temporaryFolder } from "../support/run-cli";

test("init, doctor and a signed-in query succeed on new servers without manual edits", async () => {
  const { clerk, env } = await startServers();
  const cwd = await temporaryFolder();
  expect((await runCli(["init", "--collection", "Todo"], { cwd, env })).code).toBe(0);

  // From here on, the app's settings come from the file that init has written.
  const { FAUNA_ADMIN_KEY, CLERK_SECRET_KEY, CLERK_API_URL } = env;
  const stdin = await clerk.mint("user_ada", "fauna");
  const { code, stdout } = await runCli(
    ["doctor", "--token-stdin", "--origin", "http://localhost:5173"],
    { cwd, env: { FAUNA_ADMIN_KEY, CLERK_SECRET_KEY, CLERK_API_URL }, stdin },
  );
  expect(stdout).toMatch(/ passed, 0 with warnings, 0 failed, 0 skipped\./);
  expect(code).toBe(0);

  const app = parseEnv(await readFile(join(cwd, ".env.development.local"), "utf8"));
  const client = createFaunaClient({
    endpoint: app["VITE_FAUNA_ENDPOINT"]!,
    getToken: ({ template }) => clerk.mint("user_ada", template),
  });
  const { data } = await client.query(fql`Todo.create({ owner: Query.token()!.sub }) { owner }`);
  expect(data).toEqual({ owner: "user_ada" });
});
