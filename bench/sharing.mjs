// A refetch that brings what is there already. First the time to find that out for a page of 1,000 documents: ours, and
// TanStack's on the same content as plain JSON. Then what it renders: ours, and TanStack with the driver by hand.
import { Client, Document, FetchClient, fql, Module, Page, TimeStub } from "fauna";

import { inTurns, report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { startServer } from "./support/start-server.mjs";
import { getToken, token } from "./support/token.mjs";

const server = await startServer();
const window = startDom();
// They look for a DOM when they load.
const { createElement, memo } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient, QueryClientProvider, replaceEqualDeep, useQuery } =
  await import("@tanstack/react-query");
const { createFaunaClient, FaunaProvider, faunaQueryOptions, useFaunaQuery } =
  await import("fauna-clerk");

const url = server.http1;
const all = fql`Todo.all()`;

const todo = (id) => ({
  id: String(id),
  title: `Todo number ${id}`,
  done: id % 2 === 0,
  priority: id % 5,
  tags: ["home", "garden"],
  place: { city: "London", street: "Dorset Street" },
});
const SECOND = "2026-01-01T00:00:00Z";

const asDocuments = (todos) =>
  new Page({
    data: todos.map(
      ({ ts = SECOND, ...fields }) =>
        new Document({ ...fields, coll: new Module("Todo"), ts: TimeStub.from(ts) }),
    ),
    after: "cursor",
  });
const asJson = (todos) => ({
  data: todos.map(({ ts = SECOND, ...fields }) => ({
    ...fields,
    coll: { name: "Todo" },
    ts: { isoString: ts },
  })),
  after: "cursor",
});

const client = createFaunaClient({ endpoint: url, getToken, userId: "user_1" });
const { structuralSharing: share } = faunaQueryOptions({ client }, all);

const make = () => Array.from({ length: 1000 }, (_, id) => todo(id));
const refetches = {
  "nothing new": make,
  "one changed": () => make().map((each) => (each.id === "500" ? { ...each, title: "new" } : each)),
  "one more at the front": () => [todo(1000), ...make()],
  "every document written again": () =>
    make().map((each) => ({ ...each, ts: "2026-01-02T00:00:00Z" })),
};

const TIMES = 20;
for (const [name, next] of Object.entries(refetches)) {
  const repeat = (work, convert) => {
    const [before, after] = [convert(make()), convert(next())];
    return () => {
      for (let count = 0; count < TIMES; count++) work(before, after);
    };
  };
  const contenders = {
    ours: repeat(share, asDocuments),
    "TanStack's, on plain JSON": repeat(replaceEqualDeep, asJson),
  };
  const times = await inTurns(contenders, { rounds: 30, warmUp: 10 });
  const peer = "TanStack's, on plain JSON";
  report(`A page of 1,000 documents, ${name}`, times, { per: TIMES, limit: 2, peer });
}

const bare = new Client(
  { endpoint: url, secret: token },
  new FetchClient({ url, fetch_keepalive: false }),
);
const queryFn = async () => (await bare.query(all)).data;

/** How often list and rows render in ten refetches that bring nothing new. */
async function renders(provide, useData) {
  const count = { list: 0, rows: 0 };
  const Row = memo(({ todo: { title } }) => {
    count.rows++;
    return createElement("li", null, title);
  });
  let shown;
  const isShown = new Promise((resolve) => (shown = resolve));
  function List() {
    const data = useData();
    count.list++;
    if (data) shown();
    return data ? data.data.map((each) => createElement(Row, { key: each.id, todo: each })) : null;
  }
  const cache = new QueryClient();
  const root = createRoot(window.document.createElement("ul"));
  root.render(provide(cache, createElement(List)));
  await isShown;
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
  await settle();
  Object.assign(count, { list: 0, rows: 0 });
  for (let refetch = 0; refetch < 10; refetch++) {
    await cache.refetchQueries();
    await settle();
  }
  root.unmount();
  return count;
}

const ours = await renders(
  (queryClient, children) =>
    createElement(
      FaunaProvider,
      { endpoint: url, getToken, userId: "user_1", queryClient },
      children,
    ),
  () => useFaunaQuery(all).data,
);
const byHand = await renders(
  (queryClient, children) => createElement(QueryClientProvider, { client: queryClient }, children),
  () => useQuery({ queryKey: ["todos"], queryFn }).data,
);
console.log("Renders in ten unchanged refetches of 16 documents");
console.log(`  ours                                   list ${ours.list}, rows ${ours.rows}`);
console.log(`  by hand                                list ${byHand.list}, rows ${byHand.rows}`);
if (ours.list + ours.rows > 0) process.exitCode = 1;
server.close();
window.close();
