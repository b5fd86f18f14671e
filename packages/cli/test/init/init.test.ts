import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { ADMIN_KEY, CHILD, type Servers, startServers, stateOf } from "../support/cli-servers";
import { filesOf, runCli, temporaryFolder } from "../support/run-cli";
import { claimsIn } from "../../../../test/support/token";

const TODOS = ["init", "--collection", "Todo"];

/** The access provider in the database. */
async function providerOf({ fauna }: Servers, secret = CHILD): Promise<any> {
  return (await ask(fauna, secret, "AccessProvider.all().first()!")).data;
}

test("sets up new servers so that a signed-in user's query succeeds", async () => {
  const { fauna, clerk, env } = await startServers();
  expect((await runCli(TODOS, { env })).code).toBe(0);
  const token = await clerk.mint("user_ada", "fauna");
  const made = await ask(
    fauna,
    token,
    `Todo.create({ owner: Query.token()!.sub, title: "Works" })`,
  );
  expect(made).toMatchObject({ status: 200, data: { owner: "user_ada", title: "Works" } });
});

test("gives users access to their own documents only", async () => {
  const { fauna, clerk, env } = await startServers();
  await runCli(TODOS, { env });
  await ask(
    fauna,
    CHILD,
    `Todo.create({ owner: "user_ada" }); Todo.create({ owner: "user_grace" })`,
  );
  const token = await clerk.mint("user_ada", "fauna");
  expect((await ask(fauna, token, "Todo.all().map(.owner).toArray()")).data).toEqual(["user_ada"]);
  const stolen = await ask(fauna, token, `Todo.all().first()!.update({ owner: "user_grace" })`);
  expect(stolen.error.code).toBe("permission_denied");
});

test("gives a token without sub no access, not even to documents without owner", async () => {
  const { fauna, clerk, env } = await startServers();
  await runCli(TODOS, { env });
  await ask(fauna, CHILD, "Todo.create({})");
  const token = await clerk.mint("user_ada", "fauna", { claims: { sub: undefined } });
  expect(await ask(fauna, token, "Todo.all().count()")).toMatchObject({ status: 200, data: 0 });
});

test("a second run changes nothing, and says so", async () => {
  const servers = await startServers();
  const cwd = await temporaryFolder();
  const args = [...TODOS, "--fsl", "schema.fsl"];
  await runCli(args, { cwd, env: servers.env });
  const before = await stateOf(servers, cwd);
  const again = await runCli(args, { cwd, env: servers.env });
  expect(again.stdout).toContain("Nothing to change.");
  expect(again.stdout).not.toMatch(/created|updated/);
  expect(await stateOf(servers, cwd)).toEqual(before);
});

test("a dry run shows every change and changes nothing", async () => {
  const servers = await startServers();
  const cwd = await temporaryFolder();
  const before = await stateOf(servers, cwd);
  const run = await runCli([...TODOS, "--dry-run", "--fsl", "schema.fsl"], {
    cwd,
    env: servers.env,
  });
  expect(run.code).toBe(0);
  expect(run.stdout.match(/.*would be created/g)).toEqual([
    "+ Database: would be created",
    "+ Collections: would be created",
    "+ Roles: would be created",
    "+ Access provider: would be created",
    "+ JWT template fauna: would be created",
    "+ .env.development.local: would be created",
    "+ schema.fsl: would be created",
  ]);
  expect(run.stdout).toContain("Nothing was changed: this was a dry run.");
  expect(await stateOf(servers, cwd)).toEqual(before);
});

test("a dry run shows the audience of an existing database", async () => {
  const { env, fauna } = await startServers({ root: false });
  const { stdout } = await runCli([...TODOS, "-n"], { env });
  expect(stdout).toContain(`claims.aud: "${fauna.audience}"`);
});

test("sets up the key's own database unless that is the root", async () => {
  const servers = await startServers({ root: false });
  await runCli(TODOS, { env: servers.env });
  expect((await providerOf(servers, ADMIN_KEY)).audience).toBe(servers.fauna.audience);
  expect((await ask(servers.fauna, ADMIN_KEY, "Database.all().count()")).data).toBe(0);
});

test("--database sets up an existing child database", async () => {
  const servers = await startServers({ root: false });
  await ask(servers.fauna, ADMIN_KEY, `Database.create({ name: "shop" })`);
  await runCli([...TODOS, "--database", "shop"], { env: servers.env });
  expect((await providerOf(servers, `${ADMIN_KEY}:shop:admin`)).name).toBe("Clerk");
});

test("removes a trailing slash from an issuer, and shows the change", async () => {
  const servers = await startServers();
  const { env, fauna, clerk } = servers;
  await runCli(TODOS, { env });
  await ask(fauna, CHILD, `AccessProvider.byName("Clerk")!.update({ issuer: "${clerk.issuer}/" })`);
  const { stdout } = await runCli(TODOS, { env });
  expect(stdout).toContain(`issuer: ${clerk.issuer}/ → ${clerk.issuer}\n`);
  expect((await providerOf(servers)).issuer).toBe(clerk.issuer);
});

test("finds the provider by its issuer, regardless of its name", async () => {
  const servers = await startServers();
  const { env, fauna, clerk } = servers;
  await runCli(TODOS, { env });
  await ask(
    fauna,
    CHILD,
    `AccessProvider.byName("Clerk")!.update({ name: "Other", jwks_uri: "https://example.com/" })`,
  );
  await runCli(TODOS, { env });
  expect(await providerOf(servers)).toMatchObject({ name: "Other", jwks_uri: clerk.jwksUri });
});

test("adds roles, and keeps existing ones with their predicates", async () => {
  const servers = await startServers();
  const { env, fauna } = servers;
  await runCli(["init", "--role", "user=jwt => jwt.email != null"], { env });
  await runCli(
    ["init", "--role", "user", "--role", "editor", "--role", 'editor=jwt => jwt.role == "editor"'],
    { env },
  );
  expect((await providerOf(servers)).roles).toEqual([
    { role: "user", predicate: "jwt => jwt.email != null" },
    { role: "editor", predicate: 'jwt => jwt.role == "editor"' },
  ]);
  expect((await ask(fauna, CHILD, "Role.all().map(.name).toArray()")).data).toEqual([
    "user",
    "editor",
  ]);
});

test("grants no default role if the provider already grants one", async () => {
  const servers = await startServers();
  await runCli(["init", "--role", "writer"], { env: servers.env });
  const { stdout } = await runCli(TODOS, { env: servers.env });
  expect(stdout).toMatch(/writer:\n +read Todo: /);
  expect((await providerOf(servers)).roles).toEqual(["writer"]);
});

test("adds privileges, and keeps existing ones", async () => {
  const { env, fauna } = await startServers();
  await runCli(TODOS, { env });
  await ask(
    fauna,
    CHILD,
    `Role.byName("user")!.update({ privileges: { resource: "Todo", actions: { read: true } } })`,
  );
  await runCli(["init", "--collection", "Todo", "--collection", "Note"], { env });
  const { data } = await ask(fauna, CHILD, `Role.byName("user")!.privileges`);
  expect(data).toMatchObject([
    { resource: "Todo", actions: { read: true } },
    { resource: "Note", actions: { delete: expect.stringContaining("sub != null") } },
  ]);
  expect(data[0].actions).not.toHaveProperty("write");
});

test("--claim adds claims to the template, with shortcodes and JSON", async () => {
  const { env, clerk } = await startServers();
  const claims = ["email={{user.primary_email_address}}", "level=5", "name=Ada", 'o={"a":[true]}'];
  await runCli(["init", "--lifetime", "90", ...claims.flatMap((claim) => ["--claim", claim])], {
    env,
  });
  const token = await clerk.mint("user_ada", "fauna");
  const payload = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
  expect(payload).toMatchObject({
    email: "ada@example.test",
    level: 5,
    name: "Ada",
    o: { a: [true] },
  });
  expect(payload.exp - payload.iat).toBe(90);
});

test("keeps claims, lifetime and other audiences of a template, but replaces Fauna's audience", async () => {
  const { env, fauna, clerk } = await startServers({ root: false });
  const aud = ["my-api", "https://db.fauna.com/db/yother1234567"];
  clerk.setTemplate("fauna", { claims: { aud, plan: "pro" }, lifetime: 300 });
  await runCli(["init"], { env });
  const token = await clerk.mint("user_ada", "fauna");
  const payload = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
  expect(payload).toMatchObject({ aud: ["my-api", fauna.audience], plan: "pro" });
  expect(payload.exp - payload.iat).toBe(300);
});

describe("the claim org_id", () => {
  const inits: [string, Record<string, unknown>, string[], Record<string, unknown>][] = [
    ["is added if it is missing", { plan: "pro" }, [], { org_id: "org_navy", plan: "pro" }],
    ["stays if it exists", { org_id: "acme" }, [], { org_id: "acme" }],
    ["can be set by --claim", {}, ["--claim", "org_id=acme"], { org_id: "acme" }],
  ];

  test.each(inits)("%s", async (_, claims, args, expected) => {
    const { env, clerk } = await startServers();
    clerk.setTemplate("fauna", { claims });
    await runCli(["init", ...args], { env });
    const token = await clerk.mint("user_ada", "fauna", { organizationId: "org_navy" });
    expect(claimsIn(token)).toMatchObject(expected);
  });

  test("is null for users without an organization", async () => {
    const { env, clerk } = await startServers();
    await runCli(["init"], { env });
    expect(claimsIn(await clerk.mint("user_ada", "fauna"))).toHaveProperty("org_id", null);
  });

  test("is shown by a dry run", async () => {
    const { env } = await startServers();
    const { stdout } = await runCli(["init", "-n"], { env });
    expect(stdout).toContain('claims.org_id: "{{org.id}}"\n');
  });
});

test("updates the env file in place, and keeps its other lines", async () => {
  const { env, clerk } = await startServers();
  const cwd = await temporaryFolder();
  const before = `# mine\nVITE_FAUNA_ENDPOINT="https://old.example.com"\nexport OTHER='1'`;
  await writeFile(join(cwd, ".env.development.local"), before);
  await runCli(["init", "--endpoint", env["FAUNA_ENDPOINT"]!], { cwd, env });
  expect((await filesOf(cwd)).get(".env.development.local")).toBe(
    `# mine\nVITE_FAUNA_ENDPOINT=${env["FAUNA_ENDPOINT"]}\nexport OTHER='1'\nVITE_CLERK_PUBLISHABLE_KEY=${clerk.publishableKey}\n`,
  );
});

const KEY = `pk_test_${Buffer.from("your-app.clerk.accounts.dev$").toString("base64")}`;

test.each(["VITE_", "NEXT_PUBLIC_", "EXPO_PUBLIC_"])(
  "reads %sCLERK_PUBLISHABLE_KEY from an env file, and writes with the same prefix",
  async (prefix) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, ".env"), `${prefix}CLERK_PUBLISHABLE_KEY=${KEY}\n`);
    await runCli(["init", "--endpoint", "http://127.0.0.1:8443", "--dotenv", "app.env"], { cwd });
    expect((await filesOf(cwd)).get("app.env")).toBe(
      `${prefix}CLERK_PUBLISHABLE_KEY=${KEY}\n${prefix}FAUNA_ENDPOINT=http://127.0.0.1:8443\n`,
    );
  },
);

test.each([
  ["vite", "VITE_"],
  ["next", "NEXT_PUBLIC_"],
  ["expo", "EXPO_PUBLIC_"],
])(
  "writes the publishable key of an app with %s as %sCLERK_PUBLISHABLE_KEY",
  async (name, prefix) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "package.json"), JSON.stringify({ dependencies: { [name]: "1" } }));
    await runCli(["init", "--publishable-key", KEY], { cwd });
    expect((await filesOf(cwd)).get(".env.local")).toBe(`${prefix}CLERK_PUBLISHABLE_KEY=${KEY}\n`);
  },
);

test.each([
  ["a local Clerk", "127.0.0.1:8444", ".env.development.local"],
  ["a real instance", "your-app.clerk.accounts.dev", ".env.local"],
])("writes the settings of %s, %s, to %s", async (_, host, file) => {
  const env = {
    CLERK_PUBLISHABLE_KEY: `pk_test_${Buffer.from(`${host}$`).toString("base64")}`,
    FAUNA_ENDPOINT: "http://127.0.0.1:8443",
  };
  const cwd = await temporaryFolder();
  await runCli(["init", "--yes"], { cwd, env });
  expect([...(await filesOf(cwd)).keys()]).toEqual([file]);
});

test("--no-dotenv writes no env file", async () => {
  const { env } = await startServers();
  const cwd = await temporaryFolder();
  await runCli(["init", "--no-dotenv"], { cwd, env });
  expect(await filesOf(cwd)).toEqual(new Map());
});

test("reads secrets from stdin", async () => {
  const { env, clerk } = await startServers();
  const { FAUNA_ADMIN_KEY, CLERK_SECRET_KEY, ...rest } = env;
  const stdin = `FAUNA_ADMIN_KEY=${FAUNA_ADMIN_KEY}\nCLERK_SECRET_KEY="${CLERK_SECRET_KEY}"\n`;
  const run = await runCli([...TODOS, "--secrets-stdin"], { env: rest, stdin });
  expect(run.code).toBe(0);
  expect(await clerk.mint("user_ada", "fauna")).toBeTypeOf("string");
});

test("--json prints one document with every step", async () => {
  const { env, clerk, fauna } = await startServers({ root: false });
  const { json, stderr } = await runCli([...TODOS, "--json"], { env });
  expect(json).toMatchObject({
    ok: true,
    changed: true,
    complete: true,
    clerk: { issuer: clerk.issuer, jwksUri: clerk.jwksUri, template: "fauna" },
    fauna: { endpoint: fauna.url, audience: fauna.audience },
  });
  expect(json.steps.map(({ state }: any) => state)).toEqual([
    "unchanged",
    ...Array.from({ length: 5 }, () => "created"),
  ]);
  expect(stderr).toBe("");
});
