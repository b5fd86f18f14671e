import { expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { CHILD, type Servers, startServers } from "../support/cli-servers";
import { type CliRun, runCli } from "../support/run-cli";

const CTRL_C = "\u0003";
const CLEAR = "\u0015";
const [DOWN, SPACE] = ["\u001b[B", " "];

/** Runs init on a terminal, with only the URL of the local Clerk's API in the environment. */
function onTerminal(
  { clerk, env }: Servers,
  answers: readonly (readonly [string, string])[],
  args: readonly string[] = [],
): Promise<CliRun> {
  const { FAUNA_ADMIN_KEY, CLERK_SECRET_KEY } = env;
  const secrets = [FAUNA_ADMIN_KEY!, CLERK_SECRET_KEY!];
  return runCli(["init", ...args], { env: { CLERK_API_URL: clerk.url }, answers, secrets });
}

/** The answers to the first prompts. */
function credentials({ clerk, fauna, env }: Servers): [string, string][] {
  return [
    ["Clerk publishable key", clerk.publishableKey],
    ["Fauna endpoint", fauna.url],
    ["Secret of a Fauna admin key", env["FAUNA_ADMIN_KEY"]!],
    ["Clerk secret key", env["CLERK_SECRET_KEY"]!],
  ];
}

test("prompts for missing settings, shows the changes, and makes them after confirmation", async () => {
  const servers = await startServers();
  const answers = [...credentials(servers), ["Make these changes?", "y"] as const];
  const { code, stdout } = await onTerminal(servers, answers);
  expect(code).toBe(0);
  expect(stdout.indexOf("Access provider: would be created")).toBeGreaterThan(0);
  expect(stdout).toContain("Access provider: created");
  const { data } = await ask(servers.fauna, CHILD, "AccessProvider.all().count()");
  expect(data).toBe(1);
});

test("says what is wrong with a malformed answer, and prompts again", async () => {
  const servers = await startServers();
  const [publishable, endpoint, admin, secret] = credentials(servers);
  const run = await onTerminal(servers, [
    ["Clerk publishable key", "pk_test_nonsense"],
    ["The Clerk publishable key is malformed. Copy all of it", CLEAR + publishable![1]],
    ["Fauna endpoint", "https://db.fauna.com"],
    ["Fauna's hosted service has closed", CLEAR + endpoint![1]],
    admin!,
    ["Clerk secret key", "pk_test_0123456789"],
    ["CLERK_SECRET_KEY is malformed. It must begin with", secret![1]],
    ["Make these changes?", "y"],
  ]);
  expect([run.code, run.stderr]).toEqual([0, ""]);
});

test("an empty answer accepts the default endpoint", async () => {
  const { clerk, env } = await startServers();
  const { code, stdout } = await runCli(["init"], {
    env: { CLERK_PUBLISHABLE_KEY: clerk.publishableKey, CLERK_API_URL: clerk.url },
    answers: [
      ["Fauna endpoint", ""],
      ["Secret of a Fauna admin key", ""],
      ["Clerk secret key", env["CLERK_SECRET_KEY"]!],
      ["Make these changes?", "n"],
    ],
  });
  expect(code).toBe(130);
  expect(stdout).toMatch(/^Fauna {2}http:\/\/127\.0\.0\.1:8443$/m);
});

test("changes nothing without confirmation", async () => {
  const servers = await startServers();
  const answers = [...credentials(servers), ["Make these changes?", "n"] as const];
  const { code, stderr } = await onTerminal(servers, answers);
  expect(code).toBe(130);
  expect(stderr).toContain("Cancelled. Nothing was changed.");
  const { fauna } = servers;
  expect((await ask(fauna, fauna.secret, `Database.byName("app").exists()`)).data).toBe(false);
});

test("offers the existing roles", async () => {
  const servers = await startServers({ root: false });
  const { fauna } = servers;
  await ask(
    fauna,
    fauna.secret,
    `Role.create({ name: "reader" }); Role.create({ name: "writer" })`,
  );
  const answers = [
    ...credentials(servers),
    ["Roles of signed-in users", DOWN + SPACE] as const,
    ["Make these changes?", "y"] as const,
  ];
  await onTerminal(servers, answers);
  const { data } = await ask(fauna, fauna.secret, "AccessProvider.all().first()!.roles");
  expect(data).toEqual(["writer"]);
});

test("preselects the roles that the provider grants, and keeps them", async () => {
  const servers = await startServers({ root: false });
  const { clerk, fauna } = servers;
  const provider = `name: "Clerk", issuer: "${clerk.issuer}", jwks_uri: "${clerk.jwksUri}"`;
  for (const query of [
    `Role.create({ name: "reader" }); Role.create({ name: "writer" })`,
    `AccessProvider.create({ ${provider}, roles: ["writer"] })`,
  ])
    await ask(fauna, fauna.secret, query);
  const { stdout } = await onTerminal(servers, [
    ...credentials(servers),
    ["Roles of signed-in users (granted roles stay)", SPACE],
    ["Make these changes?", "y"],
  ]);
  expect(stdout).toContain("roles: writer → writer, reader");
});

test("Ctrl-C at the roles prompt cancels", async () => {
  const servers = await startServers({ root: false });
  await ask(servers.fauna, servers.fauna.secret, `Role.create({ name: "reader" })`);
  const answers = [...credentials(servers), ["Roles of signed-in users", CTRL_C] as const];
  expect((await onTerminal(servers, answers)).code).toBe(130);
});

test("Ctrl-C changes nothing", async () => {
  const servers = await startServers();
  const { code, stderr } = await onTerminal(servers, [["Clerk publishable key", CTRL_C]]);
  expect(code).toBe(130);
  expect(stderr).toContain("Cancelled. Nothing was changed.");
});

test("--yes does not prompt, even on a terminal", async () => {
  const servers = await startServers();
  const { code, stderr } = await onTerminal(servers, [], ["--yes"]);
  expect(code).toBe(2);
  expect(stderr).toContain("The Clerk publishable key is missing.");
});
