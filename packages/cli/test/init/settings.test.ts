import { expect, test } from "vitest";
import { ADMIN_KEY, startServers } from "../support/cli-servers";
import { runCli } from "../support/run-cli";

const key = (host: string): string => `pk_test_${Buffer.from(`${host}$`).toString("base64")}`;
const KEY = key("happy-cat-1.clerk.accounts.dev");

test.each([
  ["no publishable key", [], "The Clerk publishable key is missing."],
  ["a publishable key that is cut short", ["--publishable-key", KEY.slice(0, -6)], "malformed"],
  ["one of a host without a dot", ["--publishable-key", key("localhost")], "malformed"],
  ["an endpoint that is no URL", ["--endpoint", "fauna:8443"], "no http(s) URL"],
  ["an endpoint of the hosted service", ["--endpoint", "https://db.fauna.com"], "service is gone"],
  ["http to another machine", ["--endpoint", "http://fauna.example.com"], "readable on the way"],
  ["a built-in role", ["--role", "server"], "grant no built-in role"],
  ["a role that is no identifier", ["--role", "a-b"], "no identifier"],
  ["a collection that is no identifier", ["--collection", "1st"], "no identifier"],
  ["a reserved claim", ["--claim", "sub={{user.id}}"], "Clerk reserves that claim"],
  ["a claim for aud", ["--claim", "aud=x"], "set already"],
  ["a claim without a value", ["--claim", "plan"], "not name=value"],
  ["a lifetime that Clerk refuses", ["--lifetime", "29"], "30 to 315360000"],
  ["an audience of something else", ["--audience", "my-api"], "no audience of a Fauna database"],
  ["an option that is not there", ["--key", "x"], "Unknown option '--key'."],
])("refuses %s before it asks or sends anything", async (_, args, message) => {
  const given = args.includes("--publishable-key") ? [] : ["--publishable-key", KEY];
  const all = args.length === 0 ? ["init"] : ["init", ...given, ...args];
  const { code, stderr, stdout } = await runCli(all);
  expect([code, stdout]).toEqual([message.includes("malformed") ? 1 : 2, ""]);
  expect(stderr).toContain(message);
});

test("refuses an admin key without an endpoint to use it with", async () => {
  const env = { FAUNA_ADMIN_KEY: ADMIN_KEY };
  const { code, stderr } = await runCli(["init", "--publishable-key", KEY], { env });
  expect(code).toBe(2);
  expect(stderr).toContain("no endpoint to use it with");
});

test("refuses a secret key of another kind of instance", async () => {
  const env = { CLERK_SECRET_KEY: "sk_live_0123456789abcdef" };
  const { code, stderr } = await runCli(["init", "--publishable-key", KEY], { env });
  expect(code).toBe(2);
  expect(stderr).toContain("not of the same Clerk instance");
});

test("names an admin key that Fauna refuses", async () => {
  const { env } = await startServers();
  const wrong = { ...env, FAUNA_ADMIN_KEY: "fnAwrong0123456789abcdefghijklmnopqrstuvwxyz" };
  const { code, stderr } = await runCli(["init"], { env: wrong });
  expect(code).toBe(1);
  expect(stderr).toContain("Database: Fauna refused the admin key.");
  expect(stderr).toContain("Nothing was changed before.");
});

test("names a key that is not an admin's", async () => {
  const { env } = await startServers({ root: false });
  const weaker = { ...env, FAUNA_ADMIN_KEY: `${ADMIN_KEY}:server-readonly` };
  const { code, stderr } = await runCli(["init"], { env: weaker });
  expect(code).toBe(1);
  expect(stderr).toContain("has to be the secret of a key with role admin");
});

test("names a secret key that Clerk refuses", async () => {
  const { env } = await startServers();
  const wrong = { ...env, CLERK_SECRET_KEY: "sk_live_0123456789abcdef" };
  const { stderr } = await runCli(["init"], { env: wrong });
  expect(stderr).toContain("Clerk refused the secret key.");
});

test("names an endpoint at which nobody answers", async () => {
  const { env, fauna } = await startServers();
  await fauna.close();
  const { code, stderr } = await runCli(["init"], { env });
  expect(code).toBe(1);
  expect(stderr).toContain(`Fauna did not answer at ${fauna.url}`);
});

test("names an endpoint at which something else answers", async () => {
  const { env, fauna } = await startServers();
  fauna.faults.respond({ status: 502, body: "<h1>Bad gateway</h1>" });
  const { stderr } = await runCli(["init"], { env });
  expect(stderr).toContain("answered 502 and no JSON");
});

test("keeps secrets and tokens out of what servers say", async () => {
  const { env, fauna } = await startServers({ root: false });
  const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";
  const message = `Bad key ${ADMIN_KEY}, bad token ${token}, ${env["CLERK_SECRET_KEY"]}`;
  fauna.faults.respond({ status: 400, body: { error: { code: "odd", message } } });
  const { stderr } = await runCli(["init"], { env });
  expect(stderr).toContain("Fauna: Bad key [secret], bad token [token], [secret]\n");
});
