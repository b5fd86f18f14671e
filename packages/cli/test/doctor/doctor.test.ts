import { Readable } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { checks } from "../../src/doctor/doctor";
import { runCli } from "../support/run-cli";
import { signWithOwnKey, startDoctorWorld } from "../support/doctor-world";

const names = Object.keys(checks);

interface Result {
  name: string;
  status: string;
  message: string;
  fix?: string;
}

const resultOf = ({ json }: { json: { checks: Result[] } }, name: string): Result =>
  json.checks.find((result) => result.name === name)!;

test("passes a correct set-up, with one line for each check", async () => {
  const { doctor } = await startDoctorWorld();
  const { code, stdout, stderr } = await doctor();
  const lines = stdout.split("\n");
  expect(lines.slice(0, names.length)).toEqual(
    names.map((name) => expect.stringMatching(new RegExp(`^✓ ${name} {2,}\\S`))),
  );
  expect(lines.slice(names.length)).toEqual([
    "",
    `${names.length} passed, 0 with warnings, 0 failed, 0 skipped.`,
    "",
  ]);
  expect([code, stderr]).toEqual([0, ""]);
});

test("--json prints the same as one JSON document", async () => {
  const { doctor } = await startDoctorWorld();
  const { code, json } = await doctor("--json");
  const passed = names.map((name) => ({ name, status: "pass", message: expect.any(String) }));
  expect(json).toEqual({ ok: true, checks: passed });
  expect(code).toBe(0);
});

test("shows the token's claims, but not the token or its signature", async () => {
  const { doctor, token } = await startDoctorWorld();
  const { message } = resultOf(await doctor("--json"), "token");
  expect(message).toContain('"alg":"RS256"');
  expect(message).toContain('"sub":"user_ada"');
  expect(message).not.toContain(token.split(".")[2]);
});

test("prints the fix below a failed check, and skips the checks that depend on it", async () => {
  const { admin, clerk, doctor } = await startDoctorWorld();
  await admin(`AccessProvider.byName("Clerk")!.update({ issuer: "${clerk.issuer}/" })`);
  const { code, stdout } = await doctor();
  expect(stdout).toMatch(
    /^✗ issuer .+is not exactly .+\n {4}Set the access provider's issuer to /m,
  );
  expect(stdout).toMatch(/^- token key +Waits for: issuer\.$/m);
  expect(code).toBe(1);
});

test("prints no colours into a pipe", async () => {
  const { doctor } = await startDoctorWorld();
  // eslint-disable-next-line no-control-regex -- colours are control characters
  expect((await doctor()).stdout).not.toMatch(/\x1b/);
});

test("skips checks that lack an input, names the input, and does not fail", async () => {
  const { env } = await startDoctorWorld();
  const { VITE_CLERK_PUBLISHABLE_KEY, VITE_FAUNA_ENDPOINT } = env;
  const { code, json } = await runCli(["doctor", "--json"], {
    env: { VITE_CLERK_PUBLISHABLE_KEY, VITE_FAUNA_ENDPOINT },
  });
  const skipped = (json.checks as Result[]).filter(({ status }) => status !== "pass");
  expect(new Set(skipped.map(({ status, message }) => `${status}: ${message}`))).toEqual(
    new Set([
      ...["skip: Needs --origin.", "skip: Needs FAUNA_ADMIN_KEY.", "skip: Needs CLERK_SECRET_KEY."],
      "skip: Needs --token-stdin.",
    ]),
  );
  expect(code).toBe(0);
});

test("lists in one line the checks that another input would add", async () => {
  const { env } = await startDoctorWorld();
  const { FAUNA_ADMIN_KEY: _, ...without } = env;
  const { stdout } = await runCli(["doctor", "--origin", "https://app.example.test"], {
    env: without,
  });
  const needs = stdout.split("\n").filter((line) => line.startsWith("- "));
  expect(needs).toEqual([
    expect.stringMatching(/^- \d+ checks more with FAUNA_ADMIN_KEY: admin key, .*\bissuer, /),
    expect.stringMatching(/^- \d+ checks more with --token-stdin: token, .*\bquery$/),
  ]);
});

test("recognizes a local Clerk", async () => {
  const { clerk, doctor } = await startDoctorWorld();
  const run = await doctor("--json");
  expect(resultOf(run, "publishable key").message).toBe(`local instance ${clerk.issuer}`);
});

test("distinguishes Clerk's session token from a template's token", async () => {
  const world = await startDoctorWorld();
  await signWithOwnKey(world, { claims: { aud: undefined, sid: "sess_1" } });
  const run = await world.doctor("--json");
  expect(resultOf(run, "token audience")).toMatchObject({
    status: "fail",
    message: "aud undefined. It is Clerk's session token, which has no aud claim.",
    fix: 'Request a token of your JWT template, such as getToken({ template: "fauna" }).',
  });
});

test("reports an empty stdin", async () => {
  const { env } = await startDoctorWorld();
  const { code, stderr } = await runCli(["doctor", "--token-stdin"], { env });
  expect([code, stderr.split("\n")[0]]).toEqual([2, "✗ --token-stdin: stdin was empty."]);
});

test("prompts for the token on a terminal, and does not show it", async () => {
  const { env, token } = await startDoctorWorld();
  const run = await runCli(["doctor", "--token-stdin"], {
    env: { ...env, NO_COLOR: "1" },
    answers: [["Token of a user", token]],
    secrets: [token],
  });
  expect(run.stdout).toMatch(/^✓ token subject +user_ada$/m);
});

test("says what it waits for on a terminal without prompts", async () => {
  const { env, token } = await startDoctorWorld();
  const stdin = Object.assign(Readable.from([token]), { isTTY: true });
  const { stderr, json } = await runCli(["doctor", "--token-stdin", "--json"], { env, stdin });
  expect(stderr).toBe("Type a token, then Ctrl-D. Your input is visible.\n");
  expect(resultOf({ json }, "token subject").message).toBe("user_ada");
});

test("reports a missing input before a failed dependency", async () => {
  const { json } = await runCli(["doctor", "--json", "--endpoint", "http://127.0.0.1:9"]);
  expect(resultOf({ json }, "endpoint").status).toBe("fail");
  expect(resultOf({ json }, "clock").message).toBe("Waits for: endpoint.");
  expect(resultOf({ json }, "issuer").message).toBe("Needs FAUNA_ADMIN_KEY.");
  expect(resultOf({ json }, "token times").message).toBe("Needs --token-stdin.");
});

test("checks an access provider without a publishable key", async () => {
  const { admin, clerk, doctor, env } = await startDoctorWorld();
  delete env["VITE_CLERK_PUBLISHABLE_KEY"];
  expect((await doctor("--json")).code).toBe(0);
  await admin(`AccessProvider.byName("Clerk")!.update({ issuer: "${clerk.issuer}/" })`);
  expect(resultOf(await doctor("--json"), "issuer").status).toBe("fail");
});

test("checks a token without an admin key", async () => {
  const { doctor, env, fauna } = await startDoctorWorld();
  delete env["FAUNA_ADMIN_KEY"];
  expect(resultOf(await doctor("--json"), "query").status).toBe("pass");
  const refusal = { error: { code: "unauthorized", message: "Access token required" } };
  fauna.faults.respond(
    { status: 401, body: refusal },
    { match: ({ method }) => method === "POST" },
  );
  expect(resultOf(await doctor("--json"), "query").fix).toContain("one of its roles must apply");
});

test("accepts a clock difference up to Clerk's backdating", async () => {
  const { doctor, fauna } = await startDoctorWorld();
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const date = new Date(Date.now() + 4000).toUTCString();
  fauna.faults.respond(
    { status: 200, headers: { date }, body: { resource: "Scope write is OK" } },
    { match: "/ping" },
  );
  expect(resultOf(await doctor("--json"), "clock").status).toBe("pass");
});

test("finds the access provider among several by issuer or name", async () => {
  const { admin, args, doctor } = await startDoctorWorld();
  await admin(
    `AccessProvider.create({ name: "Other", issuer: "https://a.test", jwks_uri: "https://a.test/jwks", roles: ["user"] })`,
  );
  expect(resultOf(await doctor("--json"), "access provider").message).toBe("Clerk");
  args.push("--provider", "Other");
  expect(resultOf(await doctor("--json"), "issuer").message).toContain(
    "https://a.test is not exactly",
  );
});

test("with a root key, checks the child database that init sets up", async () => {
  const { admin, clerk, doctor, env, fauna } = await startDoctorWorld({
    ...{ root: true, seed: [], roles: [], accessProviders: [] },
  });
  await admin(`Database.create({ name: "app" })`);
  env["FAUNA_ADMIN_KEY"] = fauna.secret;
  const provider = { name: "Clerk", issuer: clerk.issuer, jwks_uri: clerk.jwksUri };
  const { audience } = await admin<{ audience: string }>(
    `Role.create({ name: "user" }); AccessProvider.create(${JSON.stringify({ ...provider, roles: ["user"] })}) { audience }`,
    "app",
  );
  clerk.setTemplate("fauna", { claims: { aud: audience } });
  const run = await doctor("--json");
  expect(resultOf(run, "audience").message).toContain(audience);
  expect(resultOf(run, "template audience").status).toBe("pass");
});

test("does not change the database", async () => {
  const { admin, doctor } = await startDoctorWorld();
  const everything = "[AccessProvider.all().toArray(), Role.all().toArray(), Key.all().count()]";
  const before = await admin(everything);
  expect((await doctor()).code).toBe(0);
  expect(await admin(everything)).toEqual(before);
});

test.each(["https://db.fauna.com", "http://fauna.example.test:8443"])(
  "sends nothing to %s",
  async (endpoint) => {
    const world = await startDoctorWorld();
    const asked: string[] = [];
    world.fetch = (input, init) => {
      asked.push(new URL(input as URL).hostname);
      return fetch(input, init);
    };
    world.env["VITE_FAUNA_ENDPOINT"] = endpoint;
    expect((await world.doctor()).code).toBe(1);
    expect(new Set(asked)).toEqual(new Set(["127.0.0.1"]));
  },
);

test("stops when it is interrupted, without reporting a failure", async () => {
  const { env } = await startDoctorWorld();
  const interrupted = new AbortController();
  const { code, stdout } = await runCli(["doctor"], {
    env,
    signal: interrupted.signal,
    fetch: (input, init) => {
      interrupted.abort();
      return fetch(input, init);
    },
  });
  expect(code).toBe(130);
  expect(stdout).toMatch(/^✓ publishable key .+\n$/);
});

test("reads secrets from stdin", async () => {
  const { clerk, fauna } = await startDoctorWorld();
  const { json } = await runCli(["doctor", "--json", "--secrets-stdin", "--endpoint", fauna.url], {
    stdin: `FAUNA_ADMIN_KEY=${fauna.secret}\nCLERK_SECRET_KEY=${clerk.secretKey}\n`,
    env: { CLERK_API_URL: clerk.url },
  });
  expect([resultOf({ json }, "admin key").status, resultOf({ json }, "secret key").status]).toEqual(
    ["pass", "pass"],
  );
});

test.each([
  { what: "no input", args: [], message: "There is nothing to check." },
  {
    what: "two inputs on stdin",
    args: ["--endpoint", "http://127.0.0.1:1", "--token-stdin", "--secrets-stdin"],
    message: "--token-stdin and --secrets-stdin cannot both read stdin.",
  },
])("rejects $what", async ({ args, message }) => {
  const { code, stderr } = await runCli(["doctor", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("each check depends on earlier ones only", () => {
  for (const [index, { dependsOn = [] }] of Object.values(checks).entries())
    expect(names.slice(0, index)).toEqual(expect.arrayContaining([...dependsOn]));
});
