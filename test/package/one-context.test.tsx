import { createRequire } from "node:module";

import { fql } from "fauna";
import type * as FaunaClerk from "fauna-clerk";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";

type Build = typeof FaunaClerk;

const load = createRequire(import.meta.url);
const esm = (name: string): Promise<Build> =>
  import(/* @vite-ignore */ load.resolve(`../../dist/${name}.js`)) as Promise<Build>;
const cjs = (name: string): Promise<Build> =>
  Promise.resolve(load(`../../dist/${name}.cjs`) as Build);

const builds = [
  {
    provider: "the ES module",
    hooks: "the CommonJS build",
    give: () => esm("index"),
    take: () => cjs("index"),
  },
  {
    provider: "the CommonJS build",
    hooks: "the ES module",
    give: () => cjs("index"),
    take: () => esm("index"),
  },
  {
    provider: "fauna-clerk/react",
    hooks: "fauna-clerk",
    give: () => esm("react"),
    take: () => esm("index"),
  },
  {
    provider: "fauna-clerk/react in CommonJS",
    hooks: "fauna-clerk in CommonJS",
    give: () => cjs("react"),
    take: () => cjs("index"),
  },
  {
    provider: "fauna-clerk/clerk-react",
    hooks: "fauna-clerk in CommonJS",
    give: () => esm("clerk-react"),
    take: () => cjs("index"),
  },
];

describe.each(builds)("a provider of $provider", ({ hooks, give, take }) => {
  test(`is seen by the hooks of ${hooks}: there is one context`, async () => {
    const [{ FaunaProvider }, { useFaunaAuth, useFaunaQuery }] = [await give(), await take()];
    function Who() {
      const { loading } = useFaunaQuery(fql`1`);
      return <p>{`${useFaunaAuth().userId} ${loading}`}</p>;
    }
    const html = renderToString(
      <FaunaProvider
        endpoint="https://fauna.example.test"
        getToken={() => Promise.resolve(null)}
        userId="ada"
      >
        <Who />
      </FaunaProvider>,
    );
    expect(html).toContain("ada true");
  });

  test(`recognises the errors of ${hooks}`, async () => {
    const [{ isTokenError }, { TokenError }] = [await give(), await take()];
    expect(isTokenError(new TokenError("signed_out"))).toBe(true);
  });
});

test("the built client entries begin with the directive that React's bundlers look for", async () => {
  const { readFile } = await import("node:fs/promises");
  const names = ["index", "clerk-react", "react"].flatMap((name) => [`${name}.js`, `${name}.cjs`]);
  for (const name of names) {
    const code = await readFile(new URL(`../../dist/${name}`, import.meta.url), "utf8");
    expect(code.slice(0, 13), name).toBe('"use client";');
  }
});

test.each(["v4.js", "v4.cjs", "local.js", "local.cjs"])("%s is no client entry", async (name) => {
  const { readFile } = await import("node:fs/promises");
  const code = await readFile(new URL(`../../dist/${name}`, import.meta.url), "utf8");
  expect(code).not.toContain('"use client"');
});
