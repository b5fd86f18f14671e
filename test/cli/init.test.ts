import { expect, test } from "vitest";
import { ADMIN_KEY, ask, startServers } from "../support/cli-servers";
import { filesOf, runCli, temporaryFolder } from "../support/run-cli";

const TODOS = ["init", "--collection", "Todo"];

test("sets everything up from nothing, so that a signed-in user's query succeeds", async () => {
  const { fauna, clerk, env } = await startServers();
  const run = await runCli(TODOS, { env });
  console.log(run.stdout, run.stderr);
  expect(run.code).toBe(0);
  const token = await clerk.mint("user_ada", "fauna");
  const made = await ask(
    fauna,
    token,
    `Todo.create({ owner: Query.token()!.sub, title: "Works" })`,
  );
  expect(made).toMatchObject({ status: 200, data: { owner: "user_ada", title: "Works" } });
});
