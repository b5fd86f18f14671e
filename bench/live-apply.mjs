// One event for a loaded list of 10,000 rows against one for a list of 100: from its line on the stream to the list that
// the listener gets. No server, which would hide the library's own work, and a pause before each event, as those that
// come in bursts are applied together. Then what it renders.
import process from "node:process";

import { fql } from "fauna";

import { report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { getToken } from "./support/token.mjs";

const ROUNDS = 200;
const WARM_UP = 50;
const PAUSE = 25;
const BEGIN = 1_767_225_600_000_000;
const stats = {};

let now = BEGIN;
const todo = (id) => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": new Date(now / 1000).toISOString() },
    title: `Todo number ${id} of ${now}`,
  },
});

/** Lines that the streams are to carry, by the size of their list. */
const writers = new Map();

const ENDPOINTS = {
  "/query/1"(text) {
    const size = Number(/pageSize\((\d+)\)/.exec(text)[1]);
    const data = { "@set": { data: Array.from({ length: size }, (_, id) => todo(id + 1)) } };
    const source = { "@stream": String(size) };
    return JSON.stringify({ data: { data, source }, summary: "", txn_ts: BEGIN, stats });
  },
  "/feed/1": () => JSON.stringify({ events: [], cursor: String(BEGIN), has_next: false, stats }),
  "/stream/1": (text) =>
    new globalThis.ReadableStream({
      start(controller) {
        const size = Number(JSON.parse(text).token);
        writers.set(size, (event) => {
          now += 1000;
          const line = JSON.stringify({ ...event(), txn_ts: now, cursor: String(now), stats });
          controller.enqueue(new TextEncoder().encode(`${line}\n`));
        });
        writers.get(size)(() => ({ type: "status" }));
      },
    }),
};
globalThis.fetch = async (url, { body }) =>
  new globalThis.Response(ENDPOINTS[new URL(url).pathname](body));

const window = startDom();
// They look for a DOM when they load.
const { createElement, memo, useEffect } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient } = await import("@tanstack/react-query");
const { createFaunaClient, FaunaProvider, subscribeFauna, useFaunaLiveQuery } =
  await import("fauna-clerk");

const update = (id) => () => ({ type: "update", data: todo(id) });
const query = (size) => fql([`Todo.all().pageSize(${size})`]);

/** Follows a list of this size and returns what has an event applied. */
async function follow(size) {
  const client = createFaunaClient({ endpoint: "http://localhost", getToken, userId: "user_1" });
  let [told, stop] = [];
  await new Promise((resolve) => {
    stop = subscribeFauna(client, query(size), ({ live, events }) => {
      if (live === "live") resolve();
      if (events.length > 0) told();
    });
  });
  let id = 0;
  const apply = async () => {
    const applied = new Promise((resolve) => (told = resolve));
    writers.get(size)(update(1 + ((id += 37) % size)));
    await applied;
  };
  return { apply, stop };
}

const contenders = { "10,000 rows": await follow(10_000), "100 rows": await follow(100) };
const times = Object.fromEntries(
  Object.keys(contenders).map((name) => [name, { clock: [], processor: [] }]),
);
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const [name, { apply }] of Object.entries(contenders)) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const [begin, used] = [performance.now(), process.cpuUsage()];
    await apply();
    const [end, { user, system }] = [performance.now(), process.cpuUsage(used)];
    if (round < 0) continue;
    times[name].clock.push(end - begin);
    times[name].processor.push((user + system) / 1000);
  }
}
for (const { stop } of Object.values(contenders)) stop();
report("An event, applied", times, { limit: 1.2, peer: "100 rows", first: "10,000 rows" });

/** How many rows one event renders. */
async function renders(size) {
  let rows = 0;
  let committed;
  let isLive = false;
  const Row = memo(({ todo: { title } }) => {
    rows++;
    return createElement("li", null, title);
  });
  function List() {
    const { data, live } = useFaunaLiveQuery(query(size));
    useEffect(() => {
      isLive = live === "live";
      committed?.();
    });
    return data ? data.data.map((each) => createElement(Row, { key: each.id, todo: each })) : null;
  }
  const root = createRoot(window.document.createElement("ul"));
  const props = { endpoint: "http://localhost", getToken, userId: "user_1" };
  const next = () => new Promise((resolve) => (committed = resolve));
  root.render(
    createElement(FaunaProvider, { ...props, queryClient: new QueryClient() }, createElement(List)),
  );
  while (!isLive) await next();
  rows = 0;
  const rendered = next();
  writers.get(size)(update(size / 2));
  await rendered;
  root.unmount();
  return rows;
}

const rendered = await renders(10_000);
console.log(`Rows rendered by one event in a list of 10,000: ${rendered}`);
if (rendered !== 1) process.exitCode = 1;
window.close();
