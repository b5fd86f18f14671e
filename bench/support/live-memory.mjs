// A Fauna with live queries in memory, in the place of `fetch`: no server, which would hide the library's own work.
import { TextEncoder } from "node:util";

import { inTurns } from "./measure.mjs";

const BEGIN = 1_767_225_600_000_000;
const stats = {};
const LINE = new TextEncoder();

let now = BEGIN;

/** A row as it is now. */
export const todo = (id) => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": new Date(now / 1000).toISOString() },
    title: `Todo number ${id} of ${now}`,
  },
});

/** The rows of a page: those from one number on. */
export const todos = (first, size) =>
  Array.from({ length: size }, (_, index) => todo(first + index));

/** What writes a line to a stream, by the token of its event source. */
const writers = new Map();

/** Sends an event to a stream. */
export function send(token, event) {
  now += 1000;
  const line = JSON.stringify({ ...event, txn_ts: now, cursor: String(now), stats });
  writers.get(token)(LINE.encode(`${line}\n`));
}

/** Sends a change of a row to a stream. */
export const update = (token, id) => send(token, { type: "update", data: todo(id) });

/** @param answer - returns the data for the FQL of a query. */
export function startLiveMemory(answer) {
  const ENDPOINTS = {
    "/query/1": ({ query: { fql } }) =>
      JSON.stringify({ data: answer(fql), summary: "", txn_ts: BEGIN, stats }),
    "/feed/1": () => JSON.stringify({ events: [], cursor: String(BEGIN), has_next: false, stats }),
    "/stream/1": ({ token }) =>
      new globalThis.ReadableStream({
        start(controller) {
          writers.set(token, (line) => controller.enqueue(line));
          send(token, { type: "status" });
        },
      }),
  };
  globalThis.fetch = async (url, { body }) =>
    new globalThis.Response(ENDPOINTS[new URL(url).pathname](JSON.parse(body)));
}

/** Events that come in a burst are applied together: so long in ms before each. */
const PAUSE = 25;

/**
 * Measures how long an event takes for each list that is followed.
 *
 * @param followed - what it is called → what has an event applied, and what ends it
 */
export async function measureEvents(followed, { rounds, warmUp }) {
  const applying = Object.entries(followed).map(([name, { apply }]) => [name, apply]);
  const before = () => new Promise((resolve) => setTimeout(resolve, PAUSE));
  const times = await inTurns(Object.fromEntries(applying), { rounds, warmUp, before });
  for (const { stop } of Object.values(followed)) stop();
  return times;
}
