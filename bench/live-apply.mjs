// One event for a loaded list of 10,000 rows against one for a list of 100: from its line on the stream to the list that
// the listener gets, with a pause before each event, as those that come in bursts are applied together. Then what it
// renders.
import process from "node:process";

import { fql } from "fauna";

import { measureEvents, startLiveMemory, todos, update } from "./support/live-memory.mjs";
import { report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { getToken } from "./support/token.mjs";

const ROUNDS = 200;
const WARM_UP = 50;

startLiveMemory((parts) => {
  const size = Number(/pageSize\((\d+)\)/.exec(JSON.stringify(parts))[1]);
  const source = { "@stream": String(size) };
  return { data: { "@set": { data: todos(1, size) } }, source };
});

const window = startDom();
// They look for a DOM when they load.
const { createElement, memo, useEffect } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient } = await import("@tanstack/react-query");
const { createFaunaClient, FaunaProvider, subscribeFauna, useFaunaLiveQuery } =
  await import("fauna-clerk");

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
    update(String(size), 1 + ((id += 37) % size));
    await applied;
  };
  return { apply, stop };
}

const contenders = { "10,000 rows": await follow(10_000), "100 rows": await follow(100) };
const times = await measureEvents(contenders, { rounds: ROUNDS, warmUp: WARM_UP });
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
  update(String(size), size / 2);
  await rendered;
  root.unmount();
  return rows;
}

const rendered = await renders(10_000);
console.log(`Rows rendered by one event in a list of 10,000: ${rendered}`);
if (rendered !== 1) process.exitCode = 1;
window.close();
