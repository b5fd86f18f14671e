import { render, screen } from "@testing-library/react";
import { fql } from "fauna";
import * as main from "fauna-clerk";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";

import entries from "../../entries.json" with { type: "json" };
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { makeToken } from "../support/token";

/** The entries of Clerk's SDKs. */
const wired = await Promise.all(
  entries.flatMap(({ name, sdk }) => (sdk ? [load(`fauna-clerk/${name}`, sdk.package)] : [])),
);

async function load(entry: string, sdk: string) {
  return {
    entry,
    exports: (await import(entry)) as typeof main,
    sdk: (await import(sdk)) as { useAuth: unknown },
  };
}

type Namespace = Record<string, unknown>;

describe.each(wired)("$entry", ({ exports, sdk }) => {
  test("has all of the main entry's exports, and only the provider differs", () => {
    // A CommonJS module's namespace has itself as default, too.
    const { FaunaProvider: _own, default: _self, ...rest } = exports as Namespace;
    const { FaunaProvider: _main, default: _all, ...all } = main as Namespace;
    expect(rest).toEqual(all);
  });

  test("its provider calls the SDK's own useAuth", () => {
    const tree = (
      <exports.FaunaProvider endpoint="https://fauna.example.test">never</exports.FaunaProvider>
    );
    // Clerk's own words: its hook was called, outside of its provider.
    expect(() => renderToString(tree)).toThrow(/ClerkProvider/);
    expect(sdk.useAuth).toBeTypeOf("function");
  });

  test.each(modes)("its provider accepts getToken instead of Clerk, $mode", async ({ wrap }) => {
    const fauna = await startFakeFauna();
    const getToken = async () => makeToken({ sub: "ada" });
    render(
      wrap(
        <exports.FaunaProvider endpoint={fauna.url} getToken={getToken} userId="ada">
          <Owner query={fql<string>`1`} />
        </exports.FaunaProvider>,
      ),
    );
    await screen.findByText("ada - - -");
  });

  test("the main entry's hooks work below its provider", async () => {
    const fauna = await startFakeFauna();
    const getToken = async () => makeToken({ sub: "ada" });
    function Who() {
      return <p>{main.useFaunaAuth().userId}</p>;
    }
    render(
      <exports.FaunaProvider endpoint={fauna.url} getToken={getToken} userId="ada">
        <Who />
      </exports.FaunaProvider>,
    );
    await screen.findByText("ada");
  });
});
