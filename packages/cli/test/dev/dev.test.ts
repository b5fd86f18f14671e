import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClerkClient } from "@clerk/backend";
import { expect, onTestFinished, test } from "vitest";
import { files } from "../../src/context";
import { ask } from "../../../../test/support/ask";
import { type CliRun, runCli, temporaryFolder } from "../support/run-cli";
import { claimsIn } from "../../../../test/support/token";

const SEED = `Collection.create({ name: "Todo" })
---
Todo.create({ owner: "user_ada", title: "First" })
Todo.create({ owner: "user_grace", title: "Hers" })
`;

interface Dev {
  env: Record<string, string>;
  /** Resolves when this has been printed. */
  printed(text: string): Promise<void>;
  /** Stops it as Ctrl-C does. */
  stop(): Promise<CliRun>;
}

/** Starts `dev` on free ports, and waits until both servers run. */
async function startDev(cwd: string, ...args: string[]): Promise<Dev> {
  const interrupt = new AbortController();
  let output = "";
  const watchers = new Set<() => void>();
  const printed = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (output.includes(text)) resolve();
      };
      watchers.add(check);
      check();
    });
  const run = runCli(["dev", "--port", "0", "--clerk-port", "0", ...args], {
    cwd,
    signal: interrupt.signal,
    printsKey: true,
    onOutput: (text) => {
      output += text;
      watchers.forEach((check) => check());
    },
  });
  const stop = (): Promise<CliRun> => {
    interrupt.abort();
    return run;
  };
  onTestFinished(async () => {
    await stop();
  });
  await Promise.race([printed("Ctrl-C"), run.then(({ stderr }) => expect.unreachable(stderr))]);
  const env = Object.fromEntries(
    [...output.matchAll(/^ {2}(\w+)=(.+)$/gm)].map((m) => [m[1], m[2]]),
  );
  return { env, printed, stop };
}

/** A token of the local Clerk, as the page gets it. */
async function tokenOf(env: Record<string, string>, user: string): Promise<string> {
  const url = env["VITE_CLERK_PROXY_URL"]!;
  const body = new URLSearchParams({ strategy: "ticket", ticket: user });
  const signIn = await fetch(`${url}/v1/client/sign_ins`, { method: "POST", body });
  const session = ((await signIn.json()) as any).response.created_session_id;
  const token = await fetch(`${url}/v1/client/sessions/${session}/tokens/fauna`, {
    method: "POST",
  });
  return ((await token.json()) as { jwt: string }).jwt;
}

async function titles(env: Record<string, string>, user = "user_ada"): Promise<any> {
  const fauna = { url: env["VITE_FAUNA_ENDPOINT"]! };
  const token = await tokenOf(env, user);
  const { data, error } = await ask(fauna, token, "Todo.all().map(.title).toArray()");
  return data ?? error;
}

test("starts both servers with a seed, in which users have their own documents", async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "seed.fql"), SEED);
  const { env } = await startDev(cwd, "--seed", "seed.fql");
  expect([await titles(env), await titles(env, "user_grace")]).toEqual([["First"], ["Hers"]]);
});

test("prints the app's settings, and where to put them", async () => {
  const { env, stop } = await startDev(await temporaryFolder());
  expect(Object.keys(env).slice(0, 3)).toEqual([
    "VITE_CLERK_PUBLISHABLE_KEY",
    "VITE_CLERK_PROXY_URL",
    "VITE_FAUNA_ENDPOINT",
  ]);
  const { code, stdout } = await stop();
  expect(code).toBe(0);
  expect(stdout).toContain("into .env.development.local, which production builds do not read");
  expect(stdout).toContain(
    'VITE_CLERK_PROXY_URL is on the page "Develop without an account" of the documentation',
  );
});

test("the keys are the same at each start, so that the app's env file stays right", async () => {
  const first = await startDev(await temporaryFolder());
  const port = new URL(first.env["VITE_CLERK_PROXY_URL"]!).port;
  await first.stop();
  const { env } = await startDev(await temporaryFolder(), "--clerk-port", port);
  for (const name of ["VITE_CLERK_PUBLISHABLE_KEY", "CLERK_SECRET_KEY", "FAUNA_ADMIN_KEY"])
    expect([name, env[name]]).toEqual([name, first.env[name]]);
});

test("prints all that the doctor needs to check both servers", async () => {
  const { env } = await startDev(await temporaryFolder());
  const cwd = await temporaryFolder();
  const lines = Object.entries(env).map((variable) => variable.join("="));
  await writeFile(join(cwd, ".env.development.local"), lines.join("\n"));
  const { json } = await runCli(["doctor", "--json"], { cwd });
  const skipped = json.checks.filter(({ status }: any) => status !== "pass");
  expect(new Set(skipped.map(({ message }: any) => message))).toEqual(
    new Set(["Needs --origin.", "Needs --token-stdin."]),
  );
});

test("--claim adds claims to the template, and rejects what init rejects", async () => {
  const { env } = await startDev(await temporaryFolder(), "--claim", 'roles=["editor"]');
  const [, payload = ""] = (await tokenOf(env, "user_ada")).split(".");
  expect(JSON.parse(Buffer.from(payload, "base64url").toString()).roles).toEqual(["editor"]);
  const { code, stderr } = await runCli(["dev", "--claim", "sub=x"]);
  expect([code, stderr.split("\n")[0]]).toEqual([
    2,
    "✗ --claim sub: Clerk reserves this claim and sets it itself.",
  ]);
});

test("tokens name the user's organization, or null", async () => {
  const { env } = await startDev(await temporaryFolder());
  expect(claimsIn(await tokenOf(env, "user_ada"))).toHaveProperty("org_id", null);
});

test("frees its ports when it is stopped", async () => {
  const { env, stop } = await startDev(await temporaryFolder());
  await stop();
  await expect(fetch(env["VITE_FAUNA_ENDPOINT"]!)).rejects.toThrow("fetch failed");
  await expect(fetch(env["VITE_CLERK_PROXY_URL"]!)).rejects.toThrow("fetch failed");
});

test("keeps roles and access providers of a seed's schema, except for the issuer", async () => {
  const cwd = await temporaryFolder();
  const schema = `collection Todo {}
role reader { privileges Todo { read } }
access provider Clerk {
  issuer "https://real.clerk.accounts.dev"
  jwks_uri "https://real.clerk.accounts.dev/.well-known/jwks.json"
  role reader
}`;
  await writeFile(join(cwd, "main.fsl"), schema);
  await writeFile(join(cwd, "first.fql"), `Todo.create({ title: "For all" })`);
  const { env } = await startDev(cwd, "--seed", "main.fsl", "--seed", "first.fql");
  expect(await titles(env)).toEqual(["For all"]);
});

test("--watch restarts on the same ports when the seed changes", async () => {
  const cwd = await temporaryFolder();
  const file = join(cwd, "seed.fql");
  await writeFile(file, SEED);
  const { env, printed } = await startDev(cwd, "--seed", "seed.fql", "--watch");
  await files.write(file, SEED.replace("First", "Changed"));
  await printed("Seed reloaded.");
  expect(await titles(env)).toEqual(["Changed"]);
});

test("--watch keeps the database if Fauna rejects the changed seed", async () => {
  const cwd = await temporaryFolder();
  const file = join(cwd, "seed.fql");
  await writeFile(file, SEED);
  const { env, printed } = await startDev(cwd, "--seed", "seed.fql", "--watch");
  await writeFile(file, "Nope.create({})");
  await printed("Seed seed.fql: Fauna: ");
  await printed("The database stays unchanged.");
  expect(await titles(env)).toEqual(["First"]);
});

test("the local Clerk's Backend API requires the secret key", async () => {
  const { env } = await startDev(await temporaryFolder());
  const apiUrl = env["VITE_CLERK_PROXY_URL"]!;
  const other = createClerkClient({ secretKey: "sk_live_other", apiUrl });
  await expect(other.jwtTemplates.list()).rejects.toMatchObject({ status: 401 });
});

test.each([
  ["a missing seed file", ["--seed", "none.fql"], "Seed file none.fql does not exist."],
  ["an invalid port", ["--port", "99999"], "--port 99999 is not a port."],
])("rejects %s", async (_, args, message) => {
  const { code, stderr } = await runCli(["dev", "--clerk-port", "0", ...args]);
  expect([code, stderr.split("\n")[0]]).toEqual([2, `✗ ${message}`]);
});

test("explains which ports are valid", async () => {
  const { stderr } = await runCli(["dev", "--clerk-port", "99999"]);
  expect(stderr).toContain("Give a number up to 65535, or 0 for a free port.");
});

test("prints a query of the app that Fauna refuses as the server explains it", async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "seed.fql"), SEED);
  const { env, printed, stop } = await startDev(cwd, "--seed", "seed.fql");
  const fauna = { url: env["VITE_FAUNA_ENDPOINT"]! };
  await ask(fauna, await tokenOf(env, "user_ada"), `Todo.byId("1").title`);
  await printed("Use the ! or ?. operator");
  expect((await stop()).stdout).toContain(
    [
      "✗ Fauna refused a query.",
      "    error: Type `Null` does not have field `title`",
      "    at *query*:1:16",
      "      |",
      '    1 | Todo.byId("1").title',
      "      |                ^^^^^",
      "      |",
      "    hint: Use the ! or ?. operator to handle the null case",
    ].join("\n"),
  );
});

test("names the place of a seed's mistake in its file", async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "seed.fql"), `${SEED}---\nTodo.byId("1").title\n`);
  const { stderr } = await runCli(
    ["dev", "--port", "0", "--clerk-port", "0", "--seed", "seed.fql"],
    {
      cwd,
    },
  );
  expect(stderr).toContain(
    [
      "Seed seed.fql: Fauna: Type `Null` does not have field `title`",
      "at seed.fql:6:16",
      "  |",
      '6 | Todo.byId("1").title',
    ].join("\n"),
  );
});

test("reports a seed that Fauna rejects, and a port in use", async () => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "seed.fql"), "Nope.all()");
  const bad = await runCli(["dev", "--port", "0", "--clerk-port", "0", "--seed", "seed.fql"], {
    cwd,
  });
  expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining("Seed seed.fql: Fauna: ") });
  const { env } = await startDev(cwd);
  const { port } = new URL(env["VITE_FAUNA_ENDPOINT"]!);
  const taken = await runCli(["dev", "--port", port, "--clerk-port", "0"]);
  expect(taken).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Port ${port} is in use.`),
  });
});

test("dev serves Clerk's script that the app has installed", async () => {
  const cwd = await temporaryFolder();
  const folder = join(cwd, "node_modules/@clerk/clerk-js/dist");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "clerk.browser.js"), "clerk");
  const { env } = await startDev(cwd);
  const url = `${env["VITE_CLERK_PROXY_URL"]}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`;
  expect(await (await fetch(url)).text()).toBe("clerk");
});
