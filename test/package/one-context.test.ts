import { createRequire } from "node:module";

import { fql } from "fauna";
import type * as FaunaClerk from "fauna-clerk";
import type { FaunaProviderProps } from "fauna-clerk";
import { createElement } from "react";
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
    function Who(): string {
      const { loading } = useFaunaQuery(fql`1`);
      return `${useFaunaAuth().userId} ${loading}`;
    }
    const props: FaunaProviderProps = {
      endpoint: "https://fauna.example.test",
      getToken: () => Promise.resolve(null),
      userId: "ada",
    };
    const html = renderToString(createElement(FaunaProvider, props, createElement(Who)));
    expect(html).toContain("ada true");
  });

  test(`recognises the errors of ${hooks}`, async () => {
    const [{ isTokenError }, { TokenError }] = [await give(), await take()];
    expect(isTokenError(new TokenError("signed_out"))).toBe(true);
  });
});
