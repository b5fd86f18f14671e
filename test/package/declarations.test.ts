import { afterAll, beforeAll, describe, expect, test } from "vitest";
import entries from "../../entries.json" with { type: "json" };
import { type Consumer, installPackages, OPTIONAL_PEERS, PEERS } from "./support/consumer";

const sdkEntries = entries.filter(({ sdk }) => sdk !== undefined);

const BUNDLER = { module: "esnext", moduleResolution: "bundler", target: "es2022" };
const NODE = { module: "nodenext", moduleResolution: "nodenext", target: "es2022" };
const LIBRARY = { lib: ["es2023", "dom", "dom.iterable"] };

const app = (entry: string): string => `
  import { fql, type Page } from "fauna";
  import { createFaunaClient, FaunaProvider, isTokenError, useFaunaQuery } from "${entry}";
  export function Titles() {
    const { data, loading, error } = useFaunaQuery(fql<Page<{ title: string }>>\`Todo.all()\`);
    if (isTokenError(error)) return error.code;
    return loading ? null : data?.data.map(({ title }) => title.toUpperCase());
  }
  export const app = <FaunaProvider endpoint="https://localhost" getToken={async () => null}><Titles /></FaunaProvider>;
  export const client = createFaunaClient({ endpoint: "https://localhost", getToken: async () => null });
`;

describe("without the optional peers", () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = installPackages(["fauna-clerk", "@fauna-clerk/local"], [...PEERS, "@types/react"]);
  });
  afterAll(() => consumer.dispose());

  test.each([
    ["bundler", BUNDLER],
    ["nodenext", NODE],
  ])("the main entry's declarations hold by themselves (%s)", (_, options) => {
    const files = { "app.tsx": app("fauna-clerk"), "app.cts": `import "fauna-clerk";` };
    expect(consumer.compile(files, { ...options, ...LIBRARY, skipLibCheck: false })).toBe("");
  });

  test.each([
    ["without", LIBRARY.lib, ""],
    ["with", [...LIBRARY.lib, "esnext.disposable"], "await using"],
  ])("the stand-ins' declarations hold %s await using in the compiler's lib", (_, lib, using) => {
    const text = `
      import { startLocalClerk, startLocalFauna } from "@fauna-clerk/local";
      export async function url(): Promise<string> {
        ${using || "const"} clerk = await startLocalClerk();
        ${using || "const"} fauna = await startLocalFauna();
        return clerk.url + fauna.url;
      }`;
    expect(consumer.compile({ "app.ts": text }, { ...NODE, lib, skipLibCheck: false })).toBe("");
  });

  test("a misuse is still an error, so the types are not any", () => {
    const misuse = `import { createFaunaClient } from "fauna-clerk"; createFaunaClient({});`;
    expect(consumer.compile({ "app.ts": misuse }, { ...NODE, ...LIBRARY })).toContain("TS2345");
  });
});

describe("with every peer", () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = installPackages(
      ["fauna-clerk", "@fauna-clerk/local"],
      [...PEERS, ...OPTIONAL_PEERS, "@types/react", "@types/node", "jose"],
    );
  });
  afterAll(() => consumer.dispose());

  test.each(sdkEntries)("an app compiles against ./$name", ({ name: entry }) => {
    const files = { "app.tsx": app(`fauna-clerk/${entry}`) };
    expect(consumer.compile(files, { ...BUNDLER, ...LIBRARY, skipLibCheck: true })).toBe("");
  });

  test.each([
    ["bundler", BUNDLER],
    ["nodenext", NODE],
  ])("an app compiles against ./v4, ./fetch and @fauna-clerk/local (%s)", (_, options) => {
    const text = `
      import { query as q } from "faunadb";
      import { useFaunaQuery } from "fauna-clerk";
      import { createAuthorizedFetch, useAuthorizedFetch } from "fauna-clerk/fetch";
      import { faunaV4 } from "fauna-clerk/v4";
      import { startLocalClerk, startLocalFauna } from "@fauna-clerk/local";
      export const drivers = [faunaV4({ timeout: 1 })];
      export const useUserId = (): string | undefined => useFaunaQuery<string>(q.CurrentIdentity()).data;
      export const standard: typeof fetch = createAuthorizedFetch({ origin: "https://localhost", getToken: async () => null });
      export const useStandard = (): typeof fetch => useAuthorizedFetch(new URL("https://localhost"));
      export const close = async () => { await (await startLocalClerk()).close(); (await startLocalFauna()).close(); };`;
    const files = { "app.ts": text };
    expect(consumer.compile(files, { ...options, ...LIBRARY, skipLibCheck: true })).toBe("");
  });
});
