import { render } from "@testing-library/react";
import { Document, fql, type Page } from "fauna";
import { FaunaProvider, useFaunaLiveQuery } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { startFastClock } from "../../support/live-clock";
import { countAlive } from "../../support/live-leaks";
import { type LiveServers, startLiveServers } from "../../support/live-servers";
import { runs } from "../../support/runs";

const ROWS = 1000;
/** Each changes ten rows. */
const WRITES = runs(15).numRuns;

type Row = Document & { readonly n: number };

interface Shown extends Pick<LiveServers, "write"> {
  /** How often the list has rendered. */
  readonly renders: () => number;
  /** How many frames have passed. */
  readonly frames: () => number;
  /** Resolves once the list shows this. */
  readonly shows: (text: string) => Promise<void>;
}

/** Shows a live list of rows: how many there are, and the sum of their numbers. */
async function showList(): Promise<Shown> {
  const { fauna, token, write, close } = await startLiveServers(1);
  onTestFinished(close);
  const clock = startFastClock();
  let renders = 0;
  function List() {
    const { data, live } = useFaunaLiveQuery(fql<Page<Row>>`L0.all().pageSize(16000)`);
    renders++;
    const sum = data?.data.reduce((before, { n }) => before + n, 0);
    return <p>{`${live}: ${data?.data.length} rows, sum ${sum}`}</p>;
  }
  render(
    <FaunaProvider endpoint={fauna.url} userId="ada" getToken={() => token("ada", 3600)}>
      <List />
    </FaunaProvider>,
  );
  const shows = (text: string): Promise<void> =>
    clock.until(
      () => document.body.textContent === text,
      () => `${text}, but ${document.body.textContent}`,
    );
  await shows("live: 0 rows, sum 0");
  return { write, renders: () => renders, frames: () => Math.ceil(performance.now() / 16), shows };
}

test("a burst of 1,000 new rows renders at most once per frame", async () => {
  const { write, renders, frames, shows } = await showList();
  const [framesBefore, before] = [frames(), renders()];
  await write(`Set.sequence(0, ${ROWS}).forEach(n => L0.create({ owner: "ada", n: 1 }))`);
  await shows(`live: ${ROWS} rows, sum ${ROWS}`);
  // The first of a burst need not wait for a frame.
  expect(renders() - before).toBeLessThanOrEqual(frames() - framesBefore + 1);
});

test("consecutive changes render in batches and leak nothing", async () => {
  const { write, renders, frames, shows } = await showList();
  await write(`Set.sequence(0, 10).forEach(n => L0.create({ owner: "ada", n: 0 }))`);
  await shows("live: 10 rows, sum 0");
  const { documents } = await countAlive({ documents: Document });
  const [framesBefore, before] = [frames(), renders()];
  for (let n = 1; n <= WRITES; n++) await write(`L0.all().forEach(d => d.update({ n: ${n} }))`);
  await shows(`live: 10 rows, sum ${10 * WRITES}`);
  expect(renders() - before).toBeLessThanOrEqual(frames() - framesBefore + 1);
  expect((await countAlive({ documents: Document })).documents).toBeLessThan(documents + 30);
});
