// From the moment at which the server writes an event to the row on the screen, against the bare driver's stream, which
// only calls back; and against the same stream, rendered by hand. One event at a time, with a pause of some frames between them.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";

import { Client, FetchClient, fql } from "fauna";

import { report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { getToken, token } from "./support/token.mjs";

const ROUNDS = 200;
const WARM_UP = 20;
const PAUSE = 40;

const server = fork(join(import.meta.dirname, "support/live-server.mjs"));
const [{ url }] = await once(server, "message");
const window = startDom({ pretendToBeVisual: true });
globalThis.requestAnimationFrame = window.requestAnimationFrame.bind(window);
globalThis.cancelAnimationFrame = window.cancelAnimationFrame.bind(window);
// They look for a DOM when they load.
const { createElement, memo, useEffect, useLayoutEffect, useState } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient } = await import("@tanstack/react-query");
const { FaunaProvider, useFaunaLiveQuery } = await import("fauna-clerk");

/** Told of each event: when the server wrote it. */
let arrived;
let live;
const isLive = new Promise((resolve) => (live = resolve));

const Row = memo(({ todo: { title, at } }) => {
  useLayoutEffect(() => {
    if (at !== "0") arrived(at);
  }, [at]);
  return createElement("li", null, title);
});

function List() {
  const result = useFaunaLiveQuery(fql`Todo.all()`);
  useEffect(() => {
    if (result.live === "live") live();
  }, [result.live]);
  return result.data?.data.map((todo) => createElement(Row, { key: todo.id, todo }));
}

const render = (element) => {
  const root = createRoot(window.document.body.appendChild(window.document.createElement("ul")));
  root.render(element);
  return root;
};
const props = { endpoint: url, getToken, userId: "user_1", queryClient: new QueryClient() };
const roots = [render(createElement(FaunaProvider, props, createElement(List)))];

const bare = new Client(
  { endpoint: url, secret: token },
  new FetchClient({ url, fetch_keepalive: false }),
);

/** Opens a stream of the bare driver's, which calls back with the data of each event. */
function open(name, callback) {
  const stream = bare.stream(fql([`${name}.eventSource()`]), { status_events: true });
  return new Promise((resolve) =>
    stream.start((event) => (event.type === "status" ? resolve(stream) : callback(event.data))),
  );
}

let replace;
function ByHand({ rows: first }) {
  const [rows, setRows] = useState(first);
  useEffect(() => {
    replace = (next) => setRows((all) => all.map((each) => (each.id === next.id ? next : each)));
  }, []);
  return rows.map((todo) => createElement(Row, { key: todo.id, todo }));
}
const { data: page } = await bare.query(fql`Todo.all()`);
roots.push(render(createElement(ByHand, { rows: page.data.data })));

const streams = await Promise.all([
  isLive,
  open("bare", ({ at }) => arrived(at)),
  open("byHand", (todo) => replace(todo)),
]);

const times = {
  ours: { clock: [], processor: [] },
  "bare driver": { clock: [], processor: [] },
  "bare driver, rendered by hand": { clock: [], processor: [] },
};
const sources = ["ours", "bare", "byHand"];
for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const [index, { clock, processor }] of Object.values(times).entries()) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const used = process.cpuUsage();
    const at = await new Promise((resolve) => {
      arrived = resolve;
      server.send(sources[index]);
    });
    const now = process.hrtime.bigint();
    if (round < 0) continue;
    const { user, system } = process.cpuUsage(used);
    clock.push(Number(now - BigInt(at)) / 1e6);
    processor.push((user + system) / 1000);
  }
}
report("An event, from the server's write to the row on the screen", times, {
  limit: 1.5,
  peer: "bare driver",
});
for (const stream of streams) stream?.close();
for (const root of roots) root.unmount();
server.disconnect();
window.close();
