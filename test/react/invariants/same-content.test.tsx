import { screen } from "@testing-library/react";
import { fql, type Query } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../../support/drivers";
import { success } from "../../support/fake-answers";
import { ada, createFakeClerk } from "../../support/fake-clerk";
import { startFakeFauna } from "../../support/fake-fauna";
import { modes } from "../../support/modes";
import { renderFauna } from "../../support/render-fauna";

function Collect({ query, to }: { query: Query<string>; to(data: unknown): void }) {
  const { data, dataUpdatedAt } = useFaunaQuery(query);
  if (data !== undefined) to(data);
  return <p>{dataUpdatedAt === 0 ? "pending" : "there"}</p>;
}

const doc = {
  id: "1",
  coll: { "@mod": "Todo" },
  ts: { "@time": "2026-01-01T00:00:00.123456789Z" },
  nested: {
    list: [{ "@int": "1" }, { "@long": "3000000000" }],
    due: { "@date": "2026-01-01" },
  },
};

const ref = (id: string, collection: object) => ({ "@ref": { id, collection } });
const todo = ref("Todo", { "@ref": { id: "collections" } });

const contents = [
  { what: "a document", driver: "v10", data: { "@doc": doc } },
  { what: "a page", driver: "v10", data: { "@set": { data: [{ "@doc": doc }], after: "a" } } },
  {
    what: "a null document",
    driver: "v10",
    data: { "@ref": { ...doc, exists: false, cause: "x" } },
  },
  { what: "bytes", driver: "v10", data: { raw: { "@bytes": "SGVsbG8=" } } },
  { what: "plain objects", driver: "v10", data: { a: [{ b: "c" }] } },
  {
    what: "a document",
    driver: "v4",
    data: {
      ref: ref("1", todo),
      ts: 1,
      data: { due: { "@date": "2026-01-01" }, at: { "@ts": "2026-01-01T00:00:00Z" } },
    },
  },
  { what: "a page", driver: "v4", data: { data: [ref("1", todo)], after: [ref("2", todo)] } },
];

describe.each(modes)("$mode", ({ wrap }) => {
  test.each(contents)(
    "a $driver result with the same content keeps its identity: $what",
    async ({ driver, data }) => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      fauna.respond = (request) => success(request, data);
      const seen: unknown[] = [];
      const tested = testedDrivers.find((candidate) => candidate.driver === driver);
      const query = tested?.query() ?? fql<string>`1`;
      const collect = <Collect query={query} to={(value) => void seen.push(value)} />;
      const { cache } = renderFauna(collect, { clerk, fauna, wrap });
      await screen.findByText("there");
      await cache.refetchQueries();
      await cache.refetchQueries();
      expect(fauna.requests).toHaveLength(3);
      expect(new Set([...seen, cache.getQueriesData({})[0]?.[1]]).size).toBe(1);
    },
  );
});
