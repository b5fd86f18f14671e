import { startLocalFauna } from "@fauna-clerk/local";
import { beforeAll, expect, test } from "vitest";

import { type QueryText, queryTexts } from "../docs/support/query-texts";

let check: (fql: QueryText["fql"]) => Promise<string>;

beforeAll(async () => {
  const fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo", indexes: { newest: { values: [{ field: ".createdAt" }] } } })`,
      `Collection.create({ name: "List" })`,
    ],
  });
  check = async (query) => {
    // A function that is never called: the server checks its types alone.
    const fql = ["let query = () => {\n", ...query, "\n}\nnull"];
    const response = await fetch(`${fauna.url}/query/1`, {
      method: "POST",
      headers: { authorization: `Bearer ${fauna.secret}`, "x-format": "simple" },
      body: JSON.stringify({ query: { fql } }),
    });
    const { summary } = (await response.json()) as { summary?: string };
    return response.ok ? "" : (summary ?? String(response.status));
  };
  return () => fauna.close();
});

test("there are queries in README, the pages and the example", () => {
  expect(queryTexts.map(({ place }) => place.split(/[/:]/)[0])).toEqual(
    expect.arrayContaining(["README.md", "docs", "examples"]),
  );
});

test.each(queryTexts)("$place: $fql", async ({ fql }) => {
  expect(await check(fql)).toBe("");
});

test("a query that does not pass is found", async () => {
  const fql = ["[{ a: 1 }].forEach(todo => Todo.create(Object.assign(todo, { b: 2 })))"];
  expect(await check(fql)).toContain("Type");
});
