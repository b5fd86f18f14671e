import { expect, test } from "vitest";
import { ADMIN_KEY, startServers } from "../support/cli-servers";
import { runCli } from "../support/run-cli";

const key = (host: string): string => `pk_test_${Buffer.from(`${host}$`).toString("base64")}`;
const KEY = key("happy-cat-1.clerk.accounts.dev");

test.each([
  ["no publishable key", [], "The Clerk publishable key is missing."],
  ["a truncated publishable key", ["--publishable-key", KEY.slice(0, -6)], "malformed"],
  [
    "a publishable key of a host without a dot",
    ["--publishable-key", key("localhost")],
    "malformed",
  ],
  ["an endpoint that is not a URL", ["--endpoint", "fauna:8443"], "not an http(s) URL"],
  [
    "an endpoint of the hosted service",
    ["--endpoint", "https://db.fauna.com"],
    "service has closed",
  ],
  [
    "http to another machine",
    ["--endpoint", "http://fauna.example.com"],
    "could read keys and tokens",
  ],
  ["a built-in role", ["--role", "server"], "cannot grant built-in roles"],
  ["a role that is not an identifier", ["--role", "a-b"], "not an identifier"],
  ["a collection that is not an identifier", ["--collection", "1st"], "not an identifier"],
  ["a reserved claim", ["--claim", "sub={{user.id}}"], "Clerk reserves this claim"],
  ["a claim for aud", ["--claim", "aud=x"], "init already sets it"],
  ["a claim without a value", ["--claim", "plan"], "not name=value"],
  ["a lifetime that Clerk rejects", ["--lifetime", "29"], "30 to 315360000"],
  ["an audience that is not Fauna's", ["--audience", "my-api"], "not the audience of a Fauna"],
  ["an unknown option", ["--key", "x"], "Unknown option '--key'."],
])("rejects %s before any prompt or request", async (_, args, message) => {
  const given = args.includes("--publishable-key") ? [] : ["--publishable-key", KEY];
  const all = args.length === 0 ? ["init"] : ["init", ...given, ...args];
  const { code, stderr, stdout } = await runCli(all);
  expect([code, stdout]).toEqual([message.includes("malformed") ? 1 : 2, ""]);
  expect(stderr).toContain(message);
});

test("rejects an admin key without an endpoint", async () => {
  const env = { FAUNA_ADMIN_KEY: ADMIN_KEY };
  const { code, stderr } = await runCli(["init", "--publishable-key", KEY], { env });
  expect(code).toBe(2);
  expect(stderr).toContain("no endpoint to use it with");
});

test("rejects a secret key of another kind of instance", async () => {
  const env = { CLERK_SECRET_KEY: "sk_live_0123456789abcdef" };
  const { code, stderr } = await runCli(["init", "--publishable-key", KEY], { env });
  expect(code).toBe(2);
  expect(stderr).toContain("are not of the same Clerk instance");
});

test("reports an admin key that Fauna rejects", async () => {
  const { env } = await startServers();
  const wrong = { ...env, FAUNA_ADMIN_KEY: "fnAwrong0123456789abcdefghijklmnopqrstuvwxyz" };
  const { code, stderr } = await runCli(["init"], { env: wrong });
  expect(code).toBe(1);
  expect(stderr).toContain("Database: Fauna rejected the admin key.");
  expect(stderr).toContain("Nothing was changed yet.");
});

test("reports a key without the role admin", async () => {
  const { env } = await startServers({ root: false });
  const weaker = { ...env, FAUNA_ADMIN_KEY: `${ADMIN_KEY}:server-readonly` };
  const { code, stderr } = await runCli(["init"], { env: weaker });
  expect(code).toBe(1);
  expect(stderr).toContain("to the secret of a key with the role admin");
});

test("reports a secret key that Clerk rejects", async () => {
  const { env } = await startServers();
  const wrong = { ...env, CLERK_SECRET_KEY: "sk_live_0123456789abcdef" };
  const { stderr } = await runCli(["init"], { env: wrong });
  expect(stderr).toContain("Clerk rejected the secret key.");
});

test("reports an endpoint that does not answer", async () => {
  const { env, fauna } = await startServers();
  await fauna.close();
  const { code, stderr } = await runCli(["init"], { env });
  expect(code).toBe(1);
  expect(stderr).toContain(`Fauna did not answer at ${fauna.url}`);
});

test("reports an endpoint that is not Fauna", async () => {
  const { env, fauna } = await startServers();
  fauna.faults.respond({ status: 502, body: "<h1>Bad gateway</h1>" });
  const { stderr } = await runCli(["init"], { env });
  expect(stderr).toContain("answered 502 without JSON");
});

test("redacts secrets and tokens in servers' messages", async () => {
  const { env, fauna } = await startServers({ root: false });
  const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";
  const message = `Bad key ${ADMIN_KEY}, bad token ${token}, ${env["CLERK_SECRET_KEY"]}`;
  fauna.faults.respond({ status: 400, body: { error: { code: "odd", message } } });
  const { stderr } = await runCli(["init"], { env });
  expect(stderr).toContain("Fauna: Bad key [secret], bad token [token], [secret]\n");
});
