import { screen, waitFor } from "@testing-library/react";
import { fql, type QueryInfo } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { failure } from "../support/fake-answers";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

const query = fql<string>`Todo.all().count()`;

/** The part of an answer that is not its data, different for each. */
const infoOf = (index: number) => ({
  summary: `info at *query*:1: answer ${index}`,
  txn_ts: 1000 + index,
  stats: { read_ops: index, query_time_ms: 5 },
  query_tags: "team=a",
  schema_version: 7 + index,
});

const answerWithInfo = (fauna: FakeFauna): void => {
  fauna.respond = (_request, index) => ({
    body: { data: "same", static_type: "String", ...infoOf(index) },
  });
};

type Result = ReturnType<typeof useFaunaQuery<string>>;

/** Keeps the last result, as an event handler would have it, and counts the renders. */
function createReader() {
  const seen: { results: Result[] } = { results: [] };
  function Reader() {
    const result = useFaunaQuery(query);
    seen.results.push(result);
    return <p>{result.data ?? result.error?.message ?? "nothing"}</p>;
  }
  return { Reader, seen, info: (): QueryInfo | undefined => seen.results.at(-1)?.info };
}

describe.each(modes)("$mode", ({ wrap }) => {
  test("info is the response's metadata", async () => {
    const fauna = await startFakeFauna();
    answerWithInfo(fauna);
    const { Reader, info } = createReader();
    renderFauna(<Reader />, { fauna, clerk: createFakeClerk(ada), wrap });
    expect(info()).toBeUndefined();
    await screen.findByText("same");
    const { query_tags: _tags, stats, ...rest } = infoOf(0);
    expect(info()).toMatchObject({ ...rest, query_tags: { team: "a" } });
    expect(info()?.stats).toMatchObject(stats);
  });

  test("an unchanged refetch updates info without rendering", async () => {
    const fauna = await startFakeFauna();
    answerWithInfo(fauna);
    const { Reader, info, seen } = createReader();
    const { cache } = renderFauna(<Reader />, { fauna, clerk: createFakeClerk(ada), wrap });
    await screen.findByText("same");
    const renders = seen.results.length;
    await cache.refetchQueries();
    expect(info()?.txn_ts).toBe(1001);
    expect(seen.results).toHaveLength(renders);
  });

  test("a failed refetch keeps the info of the last success", async () => {
    const fauna = await startFakeFauna();
    answerWithInfo(fauna);
    const { Reader, info } = createReader();
    const { cache } = renderFauna(<Reader />, { fauna, clerk: createFakeClerk(ada), wrap });
    await screen.findByText("same");
    fauna.respond = (request) => failure(request, 400, "invalid_query");
    await cache.refetchQueries();
    await waitFor(() => expect(cache.getQueryCache().getAll()[0]?.state.error).not.toBeNull());
    expect(info()?.txn_ts).toBe(1000);
  });

  test("info of one identity is never shown to another", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    answerWithInfo(fauna);
    const { Reader, info, seen } = createReader();
    renderFauna(<Reader />, { fauna, clerk, wrap });
    await screen.findByText("same");
    const [adas] = seen.results.slice(-1);
    const hold = fauna.hold();
    clerk.become(bob);
    await hold.reached();
    expect(info()).toBeUndefined();
    // Not even by the result that was hers.
    expect(adas?.info).toBeUndefined();
    hold.release();
    await waitFor(() => expect(info()?.txn_ts).toBe(1001));
  });
});

test("a result can be spread with its info", async () => {
  const fauna = await startFakeFauna();
  answerWithInfo(fauna);
  function Spread() {
    const { data, ...rest } = useFaunaQuery(query);
    const { info, loading, isSuccess } = { ...rest };
    return <p>{data ? `${info?.schema_version} ${loading} ${isSuccess}` : "nothing"}</p>;
  }
  renderFauna(<Spread />, { fauna, clerk: createFakeClerk(ada) });
  await screen.findByText("7 false true");
});
