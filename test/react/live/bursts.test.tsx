import { render, screen } from "@testing-library/react";
import { Document, fql, type Page } from "fauna";
import { FaunaProvider, useFaunaLiveQuery } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { countAlive } from "../../support/live-leaks";
import { type LiveServers, startLiveServers } from "../../support/live-servers";

type Row = Document & { readonly n: number };

interface Shown extends LiveServers {
  /** How often the list has rendered. */
  readonly renders: () => number;
}

/** Shows a live list of rows: how many there are, and the sum of their numbers. */
async function showList(): Promise<Shown> {
  const servers = await startLiveServers(1);
  onTestFinished(() => servers.close());
  let renders = 0;
  function List() {
    const { data, live } = useFaunaLiveQuery(fql<Page<Row>>`L0.all().pageSize(16000)`);
    renders++;
    const sum = data?.data.reduce((before, { n }) => before + n, 0);
    return <p>{`${live}: ${data?.data.length} rows, sum ${sum}`}</p>;
  }
  render(
    <FaunaProvider endpoint={servers.fauna.url} userId="ada" getToken={() => servers.token("ada")}>
      <List />
    </FaunaProvider>,
  );
  await screen.findByText(/^live: /);
  return { ...servers, renders: () => renders };
}

/** Counts frames from now on. */
function countFrames(): () => number {
  let frames = 0;
  const next = (): void => {
    frames++;
    handle = requestAnimationFrame(next);
  };
  let handle = requestAnimationFrame(next);
  onTestFinished(() => cancelAnimationFrame(handle));
  return () => frames;
}

const until = (text: string): Promise<unknown> =>
  vi.waitFor(() => screen.getByText(text), { interval: 5, timeout: 30_000 });

test("a burst of 10,000 new rows renders no more often than frames pass", async () => {
  const { write, renders } = await showList();
  const [frames, before] = [countFrames(), renders()];
  await write(`Set.sequence(0, 10000).forEach(n => L0.create({ owner: "ada", n: 1 }))`);
  await until("live: 10000 rows, sum 10000");
  // The first of a burst need not wait for a frame.
  expect(renders() - before).toBeLessThanOrEqual(frames() + 1);
}, 60_000);

test("2,000 changes one after another render in batches and leave nothing behind", async () => {
  const { write, renders } = await showList();
  await write(`Set.sequence(0, 10).forEach(n => L0.create({ owner: "ada", n: 0 }))`);
  await until("live: 10 rows, sum 0");
  const { documents } = await countAlive({ documents: Document });
  const [frames, before] = [countFrames(), renders()];
  for (let n = 1; n <= 200; n++) await write(`L0.all().forEach(d => d.update({ n: ${n} }))`);
  await until("live: 10 rows, sum 2000");
  expect(renders() - before).toBeLessThanOrEqual(frames() + 1);
  expect((await countAlive({ documents: Document })).documents).toBeLessThan(documents + 30);
}, 60_000);
