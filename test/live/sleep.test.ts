import { getEventListeners } from "node:events";

import { expect, test } from "vitest";

import { sleep } from "../../src/live/sleep";

const DAY_MS = 86_400_000;

test("all who wait for one signal hear it", async () => {
  const { signal, abort } = controller();
  const waiting = Promise.all([sleep(DAY_MS, signal), sleep(DAY_MS, signal)]);
  abort();
  await waiting;
});

test("a sleeper leaves what others listen to in its place", async () => {
  const { signal, abort } = controller();
  let heard = false;
  signal.onabort = () => (heard = true);
  await sleep(0, signal);
  abort();
  expect(heard).toBe(true);
});

test("who has slept listens no longer", async () => {
  const { signal } = controller();
  await sleep(0, signal);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("nobody sleeps when the signal has aborted already", async () => {
  await sleep(DAY_MS, AbortSignal.abort());
});

function controller(): { signal: AbortSignal; abort: () => void } {
  const aborting = new AbortController();
  return { signal: aborting.signal, abort: () => aborting.abort() };
}
