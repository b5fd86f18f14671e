// A page that a server renders with a query's data, from the request to the whole HTML: ours, and the same by hand.
import { Client, FetchClient, fql } from "fauna";
import { FaunaHydration, FaunaProvider, useFaunaQuery } from "fauna-clerk";
import { createFaunaRequest } from "fauna-clerk/server";
import {
  dehydrate,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
  useQuery,
} from "@tanstack/react-query";
import { createElement } from "react";
import { renderToString } from "react-dom/server";

import { inTurns, report } from "./support/measure.mjs";
import { startServer } from "./support/start-server.mjs";
import { freshToken } from "./support/token.mjs";

const server = await startServer();
const url = server.http1;
const query = fql`Todo.all()`;
/** What Clerk's SDK for servers says of a request. */
const user = { userId: "user_1", sessionId: "sess_1", orgId: null };
/** Clerk's servers mint a token for each call. */
async function getToken() {
  const response = await fetch(`${url}/v1/sessions/sess_1/tokens/fauna`, { method: "POST" });
  await response.text();
  return freshToken();
}

const List = ({ todos }) =>
  createElement(
    "ul",
    null,
    todos.map(({ id, title }) => createElement("li", { key: id }, title)),
  );

/** The page, and the data for the browser, which takes over from there. */
const html = (page, state) =>
  `<!doctype html>${renderToString(page)}<script>state = ${JSON.stringify(state)}</script>`;

function OurTodos() {
  return createElement(List, { todos: useFaunaQuery(query).data.data });
}

async function ours() {
  const fauna = createFaunaRequest({ endpoint: url, auth: { ...user, getToken } });
  await fauna.prefetch(query);
  const props = fauna.dehydrate();
  const auth = { ...user, isLoaded: true, isSignedIn: true, getToken };
  const hydration = createElement(FaunaHydration, props, createElement(OurTodos));
  return html(createElement(FaunaProvider, { endpoint: url, auth }, hydration), props);
}

const options = (client, secret) => ({
  queryKey: ["todos"],
  // Only plain data can be dehydrated.
  queryFn: async () =>
    (await client.query(query, { secret })).data.data.map((todo) => todo.toObject()),
});

function TodosByHand() {
  return createElement(List, { todos: useQuery(options()).data });
}

const byHand = (client) => async () => {
  const cache = new QueryClient();
  await cache.prefetchQuery(options(client, await getToken()));
  const state = dehydrate(cache);
  const hydration = createElement(HydrationBoundary, { state }, createElement(TodosByHand));
  return html(createElement(QueryClientProvider, { client: new QueryClient() }, hydration), state);
};

const http1 = new FetchClient({ url, fetch_keepalive: false });
const bare = new Client({ endpoint: url, secret: "none" }, http1);
const bareH2 = new Client({ endpoint: server.h2c, secret: "none" });

const COUNT = 50;
const pages = (page) => async () => {
  for (let made = 0; made < COUNT; made++)
    if (!(await page()).includes("Todo number 15</li>")) throw new Error("The page lacks data.");
};
const contenders = {
  ours: pages(ours),
  "by hand (fetch)": pages(byHand(bare)),
  "by hand (h2c)": pages(byHand(bareH2)),
};
const times = await inTurns(contenders, { rounds: 61, warmUp: 5 });
report("A page with a query's data", times, { per: COUNT, limit: 1.1, peer: "by hand (fetch)" });
bareH2.close();
server.close();
