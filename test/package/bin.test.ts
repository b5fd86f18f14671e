import { execFile, spawn, type ExecFileException } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { startLocalClerk, startLocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../support/ask";
import { pack, root, temporaryFolder, version } from "./support/consumer";

const SECRET = "fnAFqkVtR2YAAaBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789";

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env = {},
): Promise<Finished> {
  // Nothing of this process's environment, but what package managers need.
  const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
  const needed = { PATH, HOME, NODE_EXTRA_CA_CERTS, npm_config_cache: cache };
  const options = { cwd, env: { ...needed, ...env } };
  try {
    return { code: 0, ...(await promisify(execFile)(file, args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as ExecFileException;
    return { code: Number(code), stdout: stdout ?? "", stderr: stderr ?? String(error) };
  }
}

/** The outcome of a command that has to work. */
async function must(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, cwd);
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  return stdout;
}

let tarballs: string;
let library: string;
let local: string;
let cli: string;
let cache: string;
beforeAll(async () => {
  tarballs = temporaryFolder();
  library = pack("fauna-clerk", tarballs);
  local = pack("@fauna-clerk/local", tarballs);
  cli = pack("@fauna-clerk/cli", tarballs);
  cache = (await promisify(execFile)("npm", ["config", "get", "cache"])).stdout.trim();
});
afterAll(() => rmSync(tarballs, { recursive: true }));

// React and the drivers are not needed to run a command. Without a prefix npm takes a folder above that has packages.
const npmInstall = (...packages: string[]): string[] => [
  ...[
    "install",
    "--prefix",
    ".",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--legacy-peer-deps",
  ],
  ...packages,
];

/** An app with packages of ours, as a package manager installs them. */
const managers = [
  {
    manager: "npm",
    install: (folder: string, packages: string[]) => must("npm", npmInstall(...packages), folder),
  },
  {
    manager: "pnpm",
    async install(folder: string, packages: string[]) {
      const dependencies = Object.fromEntries(
        packages.map((file) => [nameOf(file), `file:${file}`]),
      );
      // pnpm would ask the registry for the version that the command line depends on.
      const pnpm = { overrides: { "@fauna-clerk/local": `file:${local}` } };
      writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies, pnpm }));
      const options = ["--prefer-offline", "--config.auto-install-peers=false"];
      return must(join(root, "node_modules/.bin/pnpm"), ["install", ...options], folder);
    },
  },
];

function nameOf(file: string): string {
  if (file === library) return "fauna-clerk";
  return file === local ? "@fauna-clerk/local" : "@fauna-clerk/cli";
}

describe.each(managers)("installed by $manager, the bin of the library", ({ install }) => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await install(folder, [library, local, cli]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As a shell runs it, in the app or in a folder of it. */
  const bin = (args: readonly string[], env = {}, cwd = folder): Promise<Finished> =>
    run(join(folder, "node_modules/.bin/fauna-clerk"), args, cwd, env);

  function folderOf(name: string): string {
    const inner = join(folder, name);
    mkdirSync(inner);
    return inner;
  }

  test("hands over to the command line and knows its version", async () => {
    expect(await bin(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("finds the command line from a folder of the app", async () => {
    expect((await bin(["--version"], {}, folderOf("a folder"))).stdout).toBe(`${version}\n`);
  });

  test("tells wrong usage by its exit code", async () => {
    expect(await bin(["init", "--nope"])).toMatchObject({ code: 2, stdout: "" });
  });

  test("starts the local servers, and ends on a signal", async () => {
    const args = ["dev", "--port", "0", "--clerk-port", "0", "--json"];
    const child = execFile(join(folder, "node_modules/.bin/fauna-clerk"), args, { cwd: folder });
    const first = await new Promise<string>((resolve) => child.stdout!.once("data", resolve));
    const { env } = JSON.parse(first) as { env: Record<string, string> };
    expect((await fetch(`${env["VITE_FAUNA_ENDPOINT"]}/ping`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  });

  test("comes with all that a query far down needs", async () => {
    const script = `
      import { startLocalFauna } from "@fauna-clerk/local";
      const fauna = await startLocalFauna();
      const query = "let f = (f, n) => if (n == 0) 0 else 1 + f(f, n - 1)\\nf(f, 1500)";
      const headers = { authorization: "Bearer secret", "x-typecheck": "false" };
      const options = { method: "POST", headers, body: JSON.stringify({ query }) };
      console.log(await (await fetch(fauna.url + "/query/1", options)).text());
      await fauna.close();
    `;
    const answer = await must("node", ["--input-type=module", "--eval", script], folder);
    expect(JSON.parse(answer)).toMatchObject({ data: 1500 });
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
      const { code, stdout, stderr } = await bin(
        ["init", "--collection", "Todo"],
        env,
        folderOf("init"),
      );
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

  test("writes to an env file that is not there yet", async () => {
    const file = "config/.env.development.local";
    const key = `pk_test_${btoa("app.clerk.accounts.dev$")}`;
    const app = folderOf("dotenv");
    const env = { CLERK_PUBLISHABLE_KEY: key };
    const { code, stderr } = await bin(["init", "--dotenv", file], env, app);
    expect([code, stderr]).toEqual([3, ""]);
    const written = readFileSync(join(app, file), "utf8");
    expect(written).toBe(`VITE_CLERK_PUBLISHABLE_KEY=${key}\n`);
  });

  test.each([
    { args: ["--help"], expected: 0 },
    { args: ["doctor", "--endpoint", "http://127.0.0.1:1"], expected: 1 },
    { args: ["dev", "--port", "0", "--clerk-port", "0"], expected: 0 },
  ])("ends quietly when nobody reads its output any more: $args.0", async ({ args, expected }) => {
    const child = spawn(join(folder, "node_modules/.bin/fauna-clerk"), args, { cwd: folder });
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect([stderr, code]).toEqual(["", expected]);
  });
});

describe("without the command line of the same version", () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await must("npm", npmInstall(library), folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const bin = (): Promise<Finished> =>
    run(join(folder, "node_modules/.bin/fauna-clerk"), ["doctor"], folder);

  test("the library's bin says what to install", async () => {
    const { code, stdout, stderr } = await bin();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`npm install -D @fauna-clerk/cli@${version}`);
  });

  test("it refuses another version, and says what to install", async () => {
    const other = join(folder, "node_modules/@fauna-clerk/cli");
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, "package.json"), JSON.stringify({ version: "0.0.1" }));
    const { code, stderr } = await bin();
    rmSync(other, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toContain("is of version 0.0.1");
    expect(stderr).toContain(`npm install -D @fauna-clerk/cli@${version}`);
  });
});

describe("the command line without the library", () => {
  let folder: string;
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("runs from nothing by its package's name", async () => {
    // As `npx @fauna-clerk/cli --version` does; the tarballs take the registry's place.
    const packages = [`--package=${local}`, `--package=${cli}`];
    const args = ["exec", "--yes", "--prefer-offline", ...packages, "--", "fauna-clerk-cli"];
    expect(await must("npm", [...args, "--version"], folder)).toBe(`${version}\n`);
    // By its package's name npx runs the only bin that there is.
    const { bin } = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8")) as {
      bin: object;
    };
    expect(Object.keys(bin)).toEqual(["fauna-clerk-cli"]);
  });

  test("installs in at most 4 MB", async () => {
    await must("npm", npmInstall(local, cli), folder);
    expect(sizeOf(join(folder, "node_modules"))).toBeLessThanOrEqual(4_000_000);
  });
});

/** In bytes. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => statSync(join(file.parentPath, file.name)).size)
    .reduce((sum, size) => sum + size, 0);
}
