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

  const local = (using: "const" | "await using"): string => `
    import { startLocalClerk, startLocalFauna } from "@fauna-clerk/local";
    export async function url(): Promise<string> {
      ${using} clerk = await startLocalClerk();
      ${using} fauna = await startLocalFauna();
      return clerk.url + fauna.url;
    }`;
  // So that the types are not any.
  const misuse = `
    import { createFaunaClient } from "fauna-clerk";
    // @ts-expect-error Without its options.
    createFaunaClient({});`;

  test.each([
    ["bundler", BUNDLER],
    ["nodenext", NODE],
  ])("the declarations hold by themselves, and a misuse is an error (%s)", (_, options) => {
    const files = {
      "app.tsx": app("fauna-clerk"),
      "app.cts": `import "fauna-clerk";`,
      "local.ts": local("const"),
      "misuse.ts": misuse,
    };
    expect(consumer.compile(files, { ...options, ...LIBRARY, skipLibCheck: false })).toBe("");
  });

  test("those of the local servers hold with await using in the compiler's lib, too", () => {
    const lib = [...LIBRARY.lib, "esnext.disposable"];
    const files = { "local.ts": local("await using") };
    expect(consumer.compile(files, { ...NODE, lib, skipLibCheck: false })).toBe("");
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

  const sdks = Object.fromEntries(
    sdkEntries.map(({ name }) => [`${name}.tsx`, app(`fauna-clerk/${name}`)]),
  );
  const further = `
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

  test("an app compiles against each entry of a Clerk SDK, ./v4, ./fetch and @fauna-clerk/local (bundler)", () => {
    const files = { ...sdks, "further.ts": further };
    expect(consumer.compile(files, { ...BUNDLER, ...LIBRARY, skipLibCheck: true })).toBe("");
  });

  test("an app compiles against ./v4, ./fetch and @fauna-clerk/local (nodenext)", () => {
    const files = { "further.ts": further };
    expect(consumer.compile(files, { ...NODE, ...LIBRARY, skipLibCheck: true })).toBe("");
  });
});
