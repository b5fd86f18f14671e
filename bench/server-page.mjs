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
import { startProcess } from "./support/start-server.mjs";
import { freshToken } from "./support/token.mjs";

const query = fql`Todo.all()`;

/** Clerk's servers mint a token for each call, over HTTP. */
const minting =
  (url, readToken, headers = {}) =>
  async () => {
    const response = await fetch(url, { method: "POST", headers });
    return readToken(await response.text());
  };

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

const ours = (endpoint, user, getToken) => async () => {
  const fauna = createFaunaRequest({ endpoint, auth: { ...user, getToken } });
  await fauna.prefetch(query);
  const props = fauna.dehydrate();
  const auth = { ...user, isLoaded: true, isSignedIn: true, getToken };
  const hydration = createElement(FaunaHydration, props, createElement(OurTodos));
  return html(createElement(FaunaProvider, { endpoint, auth }, hydration), props);
};

const options = (client, secret) => ({
  queryKey: ["todos"],
  // Only plain data can be dehydrated.
  queryFn: async () =>
    (await client.query(query, { secret })).data.data.map((todo) => todo.toObject()),
});

function TodosByHand() {
  return createElement(List, { todos: useQuery(options()).data });
}

const byHand = (client, getToken) => async () => {
  const cache = new QueryClient();
  await cache.prefetchQuery(options(client, await getToken()));
  const state = dehydrate(cache);
  const hydration = createElement(HydrationBoundary, { state }, createElement(TodosByHand));
  return html(createElement(QueryClientProvider, { client: new QueryClient() }, hydration), state);
};

const overHttp1 = (endpoint) =>
  new Client(
    { endpoint, secret: "none" },
    new FetchClient({ url: endpoint, fetch_keepalive: false }),
  );

const COUNT = 50;
const pages = (page) => async () => {
  for (let made = 0; made < COUNT; made++)
    if (!(await page()).includes("Todo number 15</li>")) throw new Error("The page lacks data.");
};

async function compare(title, contenders) {
  const all = Object.entries(contenders).map(([name, page]) => [name, pages(page)]);
  const times = await inTurns(Object.fromEntries(all), { rounds: 61, warmUp: 5 });
  report(title, times, { per: COUNT, limit: 1.1, peer: "by hand (fetch)" });
}

const local = await startProcess("page-servers.mjs");
const getToken = minting(local.tokens, (text) => JSON.parse(text).jwt, {
  authorization: `Bearer ${local.secretKey}`,
});
await compare("A page with a query's data, of the local Clerk and the local Fauna", {
  ours: ours(local.fauna, local.user, getToken),
  "by hand (fetch)": byHand(overHttp1(local.fauna), getToken),
});
local.close();

const server = await startProcess("server.mjs");
const mint = minting(`${server.http1}/v1/sessions/sess_1/tokens/fauna`, freshToken);
const bareH2 = new Client({ endpoint: server.h2c, secret: "none" });
await compare("The same, where both answer at once: the work alone", {
  ours: ours(server.http1, { userId: "user_1", sessionId: "sess_1", orgId: null }, mint),
  "by hand (fetch)": byHand(overHttp1(server.http1), mint),
  "by hand (h2c)": byHand(bareH2, mint),
});
bareH2.close();
server.close();
