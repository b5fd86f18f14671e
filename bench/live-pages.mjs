// One event for a loaded list of 1,000 rows in 20 pages against one for a list of 20 rows in one page: from its line on the
// stream to the commit of a component that has the list's `items`. It renders none of them, which would be React's work.
import { fql } from "fauna";

import { measureEvents, startLiveMemory, todos, update } from "./support/live-memory.mjs";
import { report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { getToken } from "./support/token.mjs";

const ROUNDS = 300;
const WARM_UP = 100;

/** What a list is called → its pages, and the rows of each. */
const LISTS = {
  "1,000 rows in 20 pages": { pages: 20, size: 50 },
  "20 rows in one page": { pages: 1, size: 20 },
};

/** A page, as from `.pageSize()` or from a cursor, which names the list, too. */
function pageOf(pages, size, page) {
  const after = page + 1 < pages && { after: [pages, size, page + 1].join(" ") };
  return { data: todos(1 + page * size, size), ...after };
}

startLiveMemory((parts) => {
  const text = JSON.stringify(parts);
  const [, cursor] = /paginate\(",{"value":"([\d ]+)"}/.exec(text) ?? [];
  if (cursor) return pageOf(...cursor.split(" ").map(Number));
  const size = Number(/pageSize\((\d+)\)/.exec(text)[1]);
  const { pages } = Object.values(LISTS).find((list) => list.size === size);
  return { data: { "@set": pageOf(pages, size, 0) }, source: { "@stream": String(size) } };
});

const window = startDom();
// They look for a DOM when they load.
const { createElement, useLayoutEffect } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient } = await import("@tanstack/react-query");
const { FaunaProvider, useFaunaLiveInfiniteQuery } = await import("fauna-clerk");

/** Shows a list with all of its pages, and returns what has an event applied. */
async function follow({ pages, size }) {
  let shown;
  function List() {
    const list = useFaunaLiveInfiniteQuery(fql([`Todo.all().pageSize(${size})`]));
    const { items, live } = list;
    useLayoutEffect(() => shown?.(list), [items, live]);
    return createElement("p", null, items.length);
  }
  const next = () => new Promise((resolve) => (shown = resolve));
  const root = createRoot(window.document.body.appendChild(window.document.createElement("div")));
  const props = { endpoint: "http://localhost", getToken, userId: "user_1" };
  root.render(
    createElement(FaunaProvider, { ...props, queryClient: new QueryClient() }, createElement(List)),
  );
  let list = await next();
  while (list.items.length < pages * size || list.live !== "live") {
    const changed = next();
    if (list.hasNextPage) void list.fetchNextPage();
    list = await changed;
  }
  let id = 0;
  const apply = async () => {
    const changed = next();
    update(String(size), 1 + ((id += 37) % (pages * size)));
    await changed;
  };
  return { apply, stop: () => root.unmount() };
}

const lists = {};
for (const [name, list] of Object.entries(LISTS)) lists[name] = await follow(list);
const times = await measureEvents(lists, { rounds: ROUNDS, warmUp: WARM_UP });
const [first, peer] = Object.keys(LISTS);
report("An event, to the commit of its list", times, { limit: 1.2, peer, first });
window.close();
