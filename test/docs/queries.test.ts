import { startLocalFauna } from "@fauna-clerk/local";
import { expect, test } from "vitest";

import { type QueryText, queryTexts } from "./support/query-texts";

/** The collections that the documents and the examples speak of, with the types that a reader would give them. */
const SCHEMA = [
  `Collection.create({ name: "List" })`,
  `Collection.create({
    name: "Todo",
    fields: {
      title: { signature: "String" }, done: { signature: "Boolean", default: "false" },
      owner: { signature: "String?" }, org: { signature: "String?" }, list: { signature: "String?" },
      rank: { signature: "Number?" }, createdAt: { signature: "Time?" }
    },
    indexes: { newest: { values: [{ field: ".createdAt", order: "desc" }] } }
  })`,
];

/** What is refused before it runs; what a query finds when it runs does not count here. */
async function refusals(url: string, secret: string, texts: readonly QueryText[]) {
  const found: string[] = [];
  for (const { place, fql } of texts) {
    const body = JSON.stringify({ query: { fql } });
    const headers = { authorization: `Bearer ${secret}`, "x-format": "tagged" };
    const response = await fetch(`${url}/query/1`, { method: "POST", headers, body });
    const answer = (await response.json()) as { error?: { code: string }; summary: string };
    if (answer.error?.code === "invalid_query") found.push(`${place} ${answer.summary}`);
  }
  return found;
}

test("the type check accepts every query of README, docs and examples, and finds one that is wrong", async () => {
  await using fauna = await startLocalFauna({ seed: SCHEMA });
  const wrong = { place: "docs/wrong.md:7", fql: [`Todo.byId("1").title`] };
  expect(queryTexts.length).toBeGreaterThan(40);
  expect(await refusals(fauna.url, fauna.secret, [...queryTexts, wrong])).toEqual([
    expect.stringMatching(/^docs\/wrong\.md:7 error: Type `Null` does not have field `title`/),
  ]);
});
