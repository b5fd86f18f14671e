import { render } from "@testing-library/react";
import { type Document, fql, type Page } from "fauna";
import { FaunaProvider, useFaunaLiveQuery } from "fauna-clerk";
import { StrictMode } from "react";
import { expect, onTestFinished, test, vi } from "vitest";

import { startFastClock } from "../../support/live-clock";
import { startLiveServers } from "../../support/live-servers";
import { runs } from "../../support/runs";

const CUTS = runs(30).numRuns;

type Row = Document & { readonly n: number };

function List() {
  const { data, live } = useFaunaLiveQuery(fql<Page<Row>>`L0.all()`);
  return <p>{`${live}: ${data?.data.map(({ n }) => n).join()}`}</p>;
}

test("lists whose stream is cut repeatedly have one stream, show the last write and keep no timers", async () => {
  const servers = await startLiveServers(1, { record: true });
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  const { fauna, write } = servers;
  await write(`L0.create({ id: "1", owner: "ada", n: 0 })`);
  render(
    <StrictMode>
      <FaunaProvider endpoint={fauna.url} userId="ada" getToken={() => servers.token("ada", 3600)}>
        <List />
        <List />
      </FaunaProvider>
    </StrictMode>,
  );
  const shows = (n: number): Promise<void> =>
    clock.until(
      () => document.body.textContent === `live: ${n}`.repeat(2),
      () => `live: ${n}, but ${document.body.textContent}`,
    );
  const cut = async (): Promise<void> => {
    await clock.until(
      () => fauna.streams.length > 0,
      () => "an open stream",
    );
    expect(fauna.streams).toHaveLength(1);
    fauna.streams[0]?.drop();
  };
  await shows(0);
  // Until the time limits of requests are over.
  await clock.pass(20_000);
  const timers = vi.getTimerCount();
  for (let n = 1; n <= CUTS; n++) {
    await cut();
    await write(`L0.byId("1")!.update({ n: ${n} })`);
  }
  await shows(CUTS);
  await clock.pass(20_000);
  expect(vi.getTimerCount()).toBeLessThanOrEqual(timers + 2);
  const asked = (path: string) => fauna.requests.filter((request) => request.path === path);
  expect(asked("/stream/1")).toHaveLength(CUTS + 1);
  const snapshots = asked("/query/1").filter(({ body }) =>
    JSON.stringify(body).includes("eventSource"),
  );
  expect(snapshots).toHaveLength(1);
});
