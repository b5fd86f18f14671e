import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLocalClerk, startLocalFauna } from "../../src/local";
import { ask } from "../support/ask";
import { type Consumer, installPackage, root } from "./support/consumer";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  bin: Record<string, string>;
  version: string;
};
const SECRET = "fnAFqkVtR2YAAaBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789";

let consumer: Consumer;
beforeAll(() => {
  consumer = installPackage(["@clerk/backend", "@clack/prompts", "jose"]);
});
afterAll(() => consumer.dispose());

/** Runs the installed bin as a process of its own, with nothing of this one's environment. */
async function bin(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(consumer.folder, "node_modules/fauna-clerk", manifest.bin["fauna-clerk"]!);
  const options = { cwd: consumer.folder, env: { PATH: process.env["PATH"], ...env } };
  try {
    // By its first line, as a shell runs it.
    return { code: 0, ...(await promisify(execFile)(file, args, options)) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test("runs from the package and knows its version", async () => {
  expect(await bin(["--version"])).toEqual({
    code: 0,
    stdout: `${manifest.version}\n`,
    stderr: "",
  });
});

test("tells wrong usage by its exit code", async () => {
  expect(await bin(["init", "--nope"])).toMatchObject({ code: 2, stdout: "" });
});

test("writes to an env file that is not there yet", async () => {
  const args = ["init", "--dotenv", "config/.env.development.local"];
  const key = `pk_test_${btoa("app.clerk.accounts.dev$")}`;
  const { code, stderr } = await bin(args, { CLERK_PUBLISHABLE_KEY: key });
  expect([code, stderr]).toEqual([3, ""]);
  const written = readFileSync(join(consumer.folder, args[2]!), "utf8");
  expect(written).toBe(`VITE_CLERK_PUBLISHABLE_KEY=${key}\n`);
});

test.each([
  { args: ["--help"], expected: 0 },
  { args: ["doctor", "--endpoint", "http://127.0.0.1:1"], expected: 1 },
  { args: ["dev", "--port", "0", "--clerk-port", "0"], expected: 0 },
])("ends quietly when nobody reads its output any more: $args.0", async ({ args, expected }) => {
  const file = join(consumer.folder, "node_modules/fauna-clerk", manifest.bin["fauna-clerk"]!);
  const child = spawn(file, args, { cwd: consumer.folder });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect([stderr, code]).toEqual(["", expected]);
});

test("sets up a database and a template, without colours and without a secret in its output", async () => {
  const fauna = await startLocalFauna({ root: true, secret: SECRET });
  const clerk = await startLocalClerk();
  try {
    const env = {
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      FAUNA_ENDPOINT: fauna.url,
      FAUNA_ADMIN_KEY: SECRET,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
    };
    const { code, stdout, stderr } = await bin(["init", "--collection", "Todo"], env);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("+ Access provider: created");
    expect(stdout).not.toContain("\u001b");
    for (const secret of [SECRET, clerk.secretKey]) expect(stdout).not.toContain(secret);
    const token = await clerk.mint("user_ada", "fauna");
    expect((await ask(fauna, token, "Todo.all().count()")).status).toBe(200);
  } finally {
    await Promise.all([fauna.close(), clerk.close()]);
  }
});

test("starts the stand-ins of the package, and ends on a signal", async () => {
  const file = join(consumer.folder, "node_modules/fauna-clerk", manifest.bin["fauna-clerk"]!);
  const args = ["dev", "--port", "0", "--clerk-port", "0", "--json"];
  const child = execFile(file, args, { cwd: consumer.folder });
  const first = await new Promise<string>((resolve) => child.stdout!.once("data", resolve));
  const { env } = JSON.parse(first) as { env: Record<string, string> };
  expect((await fetch(`${env["VITE_FAUNA_ENDPOINT"]}/ping`)).status).toBe(200);
  child.kill("SIGTERM");
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
});
