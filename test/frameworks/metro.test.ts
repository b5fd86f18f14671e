import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runInThisContext } from "node:vm";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { eventually } from "../support/eventually";
import { success } from "../support/fake-answers";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { event, serveLive, todo } from "../support/fake-live";
import { lackWhatLacks } from "../support/lesser-engine";
import { makeToken } from "../support/token";

const FOLDER = join(import.meta.dirname, "../metro");
const require = createRequire(join(FOLDER, "package.json"));

interface Metro {
  loadConfig(args: object, defaults: object): Promise<object>;
  mergeConfig(base: object, more: object): object;
  runBuild(config: object, options: object): Promise<{ code: string }>;
}

interface ExpoApp {
  auth: object;
  start?: (endpoint: string) => { toJSON(): { children: string[] } | null; unmount(): void };
}

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "metro-"));
});
afterAll(() => rm(cache, { recursive: true }));

/** A bundle of `test/metro/app.js` for a phone, and what Metro has warned of. */
async function bundle(
  unstable_enablePackageExports: boolean,
): Promise<{ code: string; warnings: unknown[] }> {
  const warnings: unknown[] = [];
  const metro = require("metro") as Metro;
  const { FileStore } = require("metro-cache") as {
    FileStore: new (options: object) => object;
  };
  const expo = join(FOLDER, "clerk-expo.js");
  const config = metro.mergeConfig(await metro.loadConfig({ cwd: FOLDER }, {}), {
    projectRoot: FOLDER,
    watchFolders: [FOLDER],
    maxWorkers: 1,
    cacheStores: [new FileStore({ root: cache })],
    fileMapCacheDirectory: cache,
    reporter: {
      update(event: { type: string }) {
        if (event.type === "resolver_warning") warnings.push(event);
      },
    },
    resolver: {
      useWatchman: false,
      unstable_enablePackageExports,
      // As React Native's own configuration has it.
      resolverMainFields: ["react-native", "browser", "main"],
      unstable_conditionNames: ["react-native"],
      resolveRequest: (
        context: { resolveRequest(...args: unknown[]): unknown },
        name: string,
        platform: string,
      ) =>
        name === "@clerk/expo"
          ? { type: "sourceFile", filePath: expo }
          : context.resolveRequest(context, name, platform),
    },
    serializer: { getPolyfills: () => [], getModulesRunBeforeMainModule: () => [] },
    transformer: { babelTransformerPath: require.resolve("@react-native/metro-babel-transformer") },
  });
  const options = { entry: join(FOLDER, "app.js"), platform: "ios", dev: false, minify: false };
  return { code: (await metro.runBuild(config, options)).code, warnings };
}

const auth = (userId: string) => ({
  isLoaded: true,
  isSignedIn: true,
  userId,
  sessionId: "s",
  orgId: null,
  getToken: async () => makeToken({ sub: userId, sid: "s" }),
});

/** Runs a bundle in this process, which lacks for this test what React Native does. */
function run(code: string, { url }: FakeFauna): () => string | undefined {
  lackWhatLacks("React Native");
  const expoApp: ExpoApp = { auth: auth("ada") };
  Object.assign(globalThis, { expoApp });
  runInThisContext(code);
  const tree = expoApp.start!(url);
  onTestFinished(() => tree.unmount());
  return () => tree.toJSON()?.children.join("");
}

/** The folders of binaries for this platform, in the packages of Hermes. */
const PLATFORM =
  { linux: "linux64-bin", darwin: "osx-bin" }[process.platform as string] ?? "win64-bin";

const page = {
  data: { "@set": { data: [{ title: "one" }] } },
  source: { "@stream": "source" },
};
const answerOf = (data: unknown) => ({
  data,
  txn_ts: 1_700_000_000_000_000,
  summary: "",
  stats: {},
});

/** What a server answers to the app in Hermes, which reaches none. */
const answers = [
  ["/feed/1", { events: [], cursor: "cursor", has_next: false, stats: {} }],
  ["who", answerOf("ada")],
  ["Todo.all()", answerOf(page)],
];

/** Runs a tool of Hermes. Returns what that has printed. */
async function hermes(tool: string, ...args: string[]): Promise<string> {
  const folder = join(FOLDER, "node_modules", tool.replace("PLATFORM", PLATFORM));
  return (await promisify(execFile)(folder, args)).stdout;
}

describe.each([
  ["with package exports", true],
  ["without package exports", false],
])("Metro, %s", (_, enabled) => {
  let code: string;
  let warnings: unknown[];
  beforeAll(async () => {
    ({ code, warnings } = await bundle(enabled));
  });

  test("has nothing to warn of", () => {
    expect(warnings).toEqual([]);
  });

  test("bundles the entry for Expo, and what that runs lacks nothing in React Native", async () => {
    const fauna = await startFakeFauna();
    const server = serveLive(fauna);
    server.answer = (request) =>
      request.body.includes("who") ? success(request, "ada") : undefined;
    const shown = run(code, fauna);
    await eventually(() => expect(shown()).toBe("live: one three / ada"));
    server.missed.set(undefined, [event("add", todo(2, "two", 1), 1)]);
    await eventually(() => expect(shown()).toBe("live: one two three / ada"));
    expect(server.sent("/stream/1")).toEqual([]);
  });

  test("Hermes compiles the bundle, as for a release", async () => {
    const file = join(cache, "app.js");
    await writeFile(file, code);
    const compiled = join(cache, "app.hbc");
    const args = ["-emit-binary", "-O", "-w", "-out", compiled, file];
    await hermes("hermes-compiler/hermesc/PLATFORM/hermesc", ...args);
    expect((await readFile(compiled)).length).toBeGreaterThan(0);
  });

  test("Hermes runs it", async () => {
    const expected = "live: one / ada";
    const token = makeToken({ sub: "ada", sid: "s" });
    const app = JSON.stringify({ auth: auth("ada"), token, answers, expected });
    const [native, show] = await Promise.all(
      ["native.js", "show.js"].map((name) => readFile(join(FOLDER, name), "utf8")),
    );
    const file = join(cache, "run.js");
    await writeFile(file, [native, `globalThis.expoApp = ${app};`, code, show].join("\n"));
    const shown = await hermes("hermes-engine-cli/PLATFORM/hermes", "-w", file);
    expect(shown.trim()).toBe(expected);
  });
});
