import { expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { ADMIN_KEY, CHILD, startServers } from "../support/cli-servers";
import { runCli } from "../support/run-cli";

const EXIT_INCOMPLETE = 3;

/** The lines below a heading, without their indentation. */
function section(stdout: string, heading: string): string[] {
  const [, rest = ""] = stdout.split(`${heading}, by hand\n`);
  return rest
    .split("\n\n")[0]!
    .split("\n")
    .map((line) => line.trim());
}

test("without CLERK_SECRET_KEY, does the rest and prints what to enter in Clerk's dashboard", async () => {
  const { env, fauna } = await startServers({ root: false });
  const { CLERK_SECRET_KEY: _, ...without } = env;
  const run = await runCli(["init", "--claim", "plan=pro", "--lifetime", "90"], { env: without });
  expect(run.code).toBe(EXIT_INCOMPLETE);
  expect(section(run.stdout, "JWT template fauna")).toEqual([
    "Clerk Dashboard, Configure, Sessions, JWT templates (https://dashboard.clerk.com/last-active?path=jwt-templates): Add new template, Blank",
    "Name: fauna",
    "Token lifetime: 90",
    "Custom signing key: off",
    `Claims: {"org_id":"{{org.id}}","plan":"pro","aud":"${fauna.audience}"}`,
    "Or set CLERK_SECRET_KEY, and run init again.",
  ]);
});

test("without FAUNA_ADMIN_KEY, prints FQL that has the same effect", async () => {
  const { env, fauna, clerk } = await startServers();
  const { FAUNA_ADMIN_KEY: _, ...without } = env;
  const roles = ["--role", "user", "--role", 'editor=jwt => jwt.role == "editor"'];
  const run = await runCli(["init", "--collection", "Todo", ...roles], { env: without });
  expect(run.code).toBe(EXIT_INCOMPLETE);
  const [where, ...lines] = section(run.stdout, "Access provider");
  expect(where).toContain(`with an admin key, send this FQL to ${fauna.url}`);
  const [database, ...queries] = lines.slice(0, -1).map((line) => line.replace(/ {2}\/\/ .*/, ""));
  expect((await ask(fauna, ADMIN_KEY, database!)).status).toBe(200);
  for (const query of queries)
    expect(await ask(fauna, CHILD, query)).toMatchObject({ status: 200 });
  const { data: audience } = await ask(fauna, CHILD, "AccessProvider.all().first()!.audience");
  const token = await clerk.mint("user_ada", "fauna", { claims: { aud: audience } });
  const made = await ask(fauna, token, `Todo.create({ owner: "user_ada" }).owner`);
  expect(made).toMatchObject({ status: 200, data: "user_ada" });
});

test("names only the missing variables", async () => {
  const { env } = await startServers();
  const { FAUNA_ADMIN_KEY: _key, FAUNA_ENDPOINT, ...without } = env;
  const last = (stdout: string): string => section(stdout, "Access provider").at(-1)!;
  const { stdout } = await runCli(["init"], { env: { ...without, FAUNA_ENDPOINT } });
  expect(last(stdout)).toBe("Or set FAUNA_ADMIN_KEY, and run init again.");
  const neither = await runCli(["init"], { env: without });
  expect(last(neither.stdout)).toBe(
    "Or set FAUNA_ADMIN_KEY and FAUNA_ENDPOINT, and run init again.",
  );
});

test("warns if a template gets no aud", async () => {
  const { env } = await startServers();
  const { FAUNA_ADMIN_KEY: _, ...without } = env;
  const { stdout } = await runCli(["init"], { env: without });
  expect(stdout).toContain("claims.aud: not known yet");
});

test("--audience sets aud without an admin key", async () => {
  const { env, clerk, fauna } = await startServers({ root: false });
  const { FAUNA_ADMIN_KEY: _, ...without } = env;
  await runCli(["init", "--audience", fauna.audience], { env: without });
  const [, payload = ""] = (await clerk.mint("user_ada", "fauna")).split(".");
  expect(JSON.parse(Buffer.from(payload, "base64url").toString()).aud).toBe(fauna.audience);
});

test("without secrets, prints all steps and writes the env file", async () => {
  const { env, clerk } = await startServers();
  const { FAUNA_ADMIN_KEY: _key, CLERK_SECRET_KEY: _secret, ...without } = env;
  const { json, code } = await runCli(["init", "--json"], { env: without });
  expect(code).toBe(EXIT_INCOMPLETE);
  expect(json).toMatchObject({ ok: true, complete: false, clerk: { issuer: clerk.issuer } });
  expect(json.steps.map(({ state }: any) => state)).toEqual(["manual", "manual", "created"]);
});
