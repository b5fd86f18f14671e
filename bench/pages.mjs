// The cost of a list's 100th page against that of its second: both rendered, with their items. No server: the answers
// are in memory, so that what is left is the work of the library and of those it stands on.
import { fql } from "fauna";

import { report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { getToken } from "./support/token.mjs";

const PAGES = 100;
const SIZE = 100;
const ROUNDS = 25;
const WARM_UP = 5;

const todo = (id) => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": "2026-01-01T00:00:00Z" },
    title: `Todo number ${id}`,
  },
});
const answers = Array.from({ length: PAGES }, (_, page) => {
  const data = Array.from({ length: SIZE }, (_, index) => todo(page * SIZE + index));
  const set = { data, ...(page + 1 < PAGES && { after: String(page + 1) }) };
  return JSON.stringify({
    data: page === 0 ? { "@set": set } : set,
    summary: "",
    txn_ts: 1,
    stats: {},
  });
});
globalThis.fetch = async (_url, { body }) => {
  const { fql: fragments } = JSON.parse(body).query;
  return new globalThis.Response(answers[Number(fragments[1]?.value ?? 0)]);
};

const window = startDom();
// They look for a DOM when they load.
const { createElement, useEffect } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient } = await import("@tanstack/react-query");
const { FaunaProvider, useFaunaInfiniteQuery } = await import("fauna-clerk");

let list;
let shown;
function List() {
  const { items, fetchNextPage } = useFaunaInfiniteQuery(fql`Todo.all()`);
  useEffect(() => {
    list = { items, fetchNextPage };
    if (items.length > 0) shown?.();
  }, [items, fetchNextPage]);
  return createElement("p", null, items.length);
}

const untilShown = () => new Promise((resolve) => (shown = resolve));

/** Fetches the next page and waits until it has been rendered; returns what that took. */
async function nextPage() {
  const rendered = untilShown();
  const [begin, used] = [performance.now(), process.cpuUsage()];
  void list.fetchNextPage();
  await rendered;
  const { user, system } = process.cpuUsage(used);
  return { clock: performance.now() - begin, processor: (user + system) / 1000 };
}

const times = {
  "page 100": { clock: [], processor: [] },
  "page 2": { clock: [], processor: [] },
};
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const cache = new QueryClient();
  const container = window.document.body.appendChild(window.document.createElement("div"));
  const root = createRoot(container);
  const props = { endpoint: "http://localhost", getToken, userId: "user_1", queryClient: cache };
  const first = untilShown();
  root.render(createElement(FaunaProvider, props, createElement(List)));
  await first;
  for (let page = 2; page <= PAGES; page++) {
    const row = times[`page ${page}`];
    if (row) globalThis.gc?.();
    const time = await nextPage();
    if (round < 0 || !row) continue;
    row.clock.push(time.clock);
    row.processor.push(time.processor);
  }
  if (list.items.length !== PAGES * SIZE) throw new Error("Not every page has come.");
  root.unmount();
  container.remove();
  cache.clear();
}
report(`A page of ${SIZE} documents, from asking to the screen`, times, {
  limit: 1.2,
  peer: "page 2",
});
window.close();
