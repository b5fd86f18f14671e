// 1,000 components with a query each, from mounting to the last one's data on the screen: ours, and the same by hand.
import { Client, FetchClient, fql } from "fauna";

import { inTurns, report } from "./support/measure.mjs";
import { startDom } from "./support/start-dom.mjs";
import { startServer } from "./support/start-server.mjs";
import { getToken, token } from "./support/token.mjs";

const COMPONENTS = 1000;
/** React visits all siblings of a component that renders. In one list of 1,000 that would be half of what is measured. */
const GROUP = 20;
const server = await startServer();
const window = startDom();
// They look for a DOM when they load.
const { createElement, useEffect } = await import("react");
const { createRoot } = await import("react-dom/client");
const { QueryClient, QueryClientProvider, useQuery } = await import("@tanstack/react-query");
const { FaunaProvider, useFaunaQuery } = await import("fauna-clerk");

const url = server.http1;
const bare = new Client(
  { endpoint: url, secret: token },
  new FetchClient({ url, fetch_keepalive: false }),
);
const query = (index) => fql`Todo.where(.number == ${index})`;

function useByHand(index) {
  const queryFn = async () => (await bare.query(query(index), { secret: await getToken() })).data;
  return useQuery({ queryKey: ["user_1", "todos", index], queryFn }).data;
}
const useOurs = (index) => useFaunaQuery(query(index)).data;

const byHand = (cache, children) => createElement(QueryClientProvider, { client: cache }, children);
const ours = (cache, children) => {
  const props = { endpoint: url, getToken, userId: "user_1", queryClient: cache };
  return createElement(FaunaProvider, props, children);
};

/** Mounts them all and resolves with the time when the last one has shown its data. */
const mount = (provide, useData) => async () => {
  const cache = new QueryClient();
  let resolve;
  const allShown = new Promise((done) => (resolve = done));
  let shown = 0;
  function Titles({ index }) {
    const data = useData(index);
    const done = data !== undefined;
    useEffect(() => {
      if (done && ++shown === COMPONENTS) resolve();
    }, [done]);
    return createElement("p", null, data ? data.data[0].title : "Loading");
  }
  const container = window.document.body.appendChild(window.document.createElement("div"));
  const root = createRoot(container);
  const inGroup = (group) =>
    Array.from({ length: GROUP }, (_, place) => group * GROUP + place).map((index) =>
      createElement(Titles, { key: index, index }),
    );
  const groups = Array.from({ length: COMPONENTS / GROUP }, (_, group) =>
    createElement("div", { key: group }, inGroup(group)),
  );
  root.render(provide(cache, groups));
  await allShown;
  if (container.textContent.includes("Loading")) throw new Error("Not every component has data.");
  return () => {
    root.unmount();
    container.remove();
    cache.clear();
  };
};

const all = { ours: mount(ours, useOurs), hand: mount(byHand, useByHand) };
const times = await inTurns(
  { [process.env.SIDE]: all[process.env.SIDE] },
  { rounds: Number(process.env.ROUNDS ?? 25), warmUp: 3 },
);
report(`${COMPONENTS} components, to the last one's data`, times, { limit: 1.05, peer: "by hand" });
server.close();
window.close();
