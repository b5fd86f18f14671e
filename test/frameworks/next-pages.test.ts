import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { type ServedExample, startApp } from "./support/served-app";
import { ADAS, TOKEN } from "./support/windows";

const FIXTURE = join(import.meta.dirname, "../next-pages");
const EXAMPLE = join(import.meta.dirname, "../../examples/next");
const NEXT = join(EXAMPLE, "node_modules/next/dist/bin/next");

/** A copy of the fixture where it finds the example's packages. */
async function makeApp(cacheComponents: boolean, bundler = "--turbopack"): Promise<ServedExample> {
  await mkdir(join(EXAMPLE, ".local"), { recursive: true });
  const folder = await mkdtemp(join(EXAMPLE, ".local/pages-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(FIXTURE, folder, { recursive: true });
  // Next refuses them beside cacheComponents.
  if (cacheComponents)
    for (const part of ["api/cached", "api/edge", "edge"])
      await rm(join(folder, "app", part), { recursive: true });
  return {
    folder,
    prefix: "NEXT_PUBLIC_",
    build: [NEXT, "build", bundler],
    serve: [NEXT, "start", "--port", "0", "--hostname", "localhost"],
    env: { CACHE_COMPONENTS: cacheComponents ? "1" : "0" },
  };
}

/** What Next says of the pages after a build. */
async function build(cacheComponents: boolean, bundler?: string): Promise<string> {
  const { folder, build, env } = await makeApp(cacheComponents, bundler);
  const settings = {
    ...env,
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: `pk_test_${btoa("clerk.example.com$")}`,
    NEXT_PUBLIC_FAUNA_ENDPOINT: "http://localhost:1",
  };
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const options = { cwd: folder, env: { ...process.env, ...settings }, signal: end.signal };
  return (await promisify(execFile)(process.execPath, build, options)).stdout;
}

async function textsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), "latin1")),
  );
}

// `npm run test:frameworks:all`: each of these builds takes as long as the example.
const inAll = test.runIf(process.env["TEST_ALL"]);

inAll("every hook builds in every kind of page with cacheComponents", async () => {
  const log = await build(true);
  for (const page of ["○ /static", "○ /client", "◐ /dynamic", "◐ /streamed"])
    expect(log).toContain(page);
});

inAll(
  "every hook builds in every kind of page, errors keep their code, the Edge runtime answers, and force-cache keeps neither token nor answer",
  async () => {
    const example = await makeApp(false);
    const { url, clerk, buildLog, log, close } = await startApp(example);
    onTestFinished(close);
    for (const page of ["○ /static", "○ /client", "ƒ /dynamic", "ƒ /streamed"])
      expect(buildLog).toContain(page);
    // What is known in production of what a server component has thrown.
    expect(await (await fetch(`${url}/failing`)).text()).toMatch(/digest\W+signed_out/);
    const [ada] = clerk.users;
    const minted = await fetch(`${clerk.url}/v1/sessions/${clerk.signIn(ada!.id)}/tokens`, {
      method: "POST",
      headers: { authorization: `Bearer ${clerk.secretKey}` },
    });
    const { jwt } = (await minted.json()) as { jwt: string };
    const headers = { authorization: `Bearer ${jwt}` };
    for (const path of ["/api/cached", "/api/cached", "/api/edge", "/edge"])
      expect(await (await fetch(url + path, { headers })).text()).toContain(ADAS);
    const kept = (await textsIn(join(example.folder, ".next"))).filter(
      (text) => TOKEN.test(text) || text.includes(ADAS),
    );
    expect(kept).toEqual([]);
    expect(log()).not.toMatch(TOKEN);
  },
);

inAll.each([false, true])(
  "every hook builds in every kind of page with webpack, cacheComponents: %s",
  async (cacheComponents) => {
    expect(await build(cacheComponents, "--webpack")).toContain("○ /static");
  },
);
