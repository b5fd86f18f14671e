// The page of live-latency.mjs. Everybody who follows the list is in it, each over a stream of its own, of which the server
// feeds one at a time. The page notes what it got, and when, and tells nobody before the end.
import { QueryClient } from "@tanstack/react-query";
import { Client, FetchClient, fql } from "fauna";
import { createFaunaClient, FaunaProvider, subscribeFauna, useFaunaLiveQuery } from "fauna-clerk";
import { createElement, memo, useEffect, useLayoutEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const { document, location } = globalThis;
const endpoint = new URLSearchParams(location.search).get("endpoint");
const [, token] = location.hash.split("#");
const getToken = () => Promise.resolve(token);

/** Who got the event of which time, and when. */
const notes = [];
const note = (name, at) => notes.push({ name, at, now: performance.now() });
/** How often our list was rendered. */
let renders = 0;

const Row = memo(({ name, todo: { title, at } }) => {
  useLayoutEffect(() => {
    if (at !== "0") note(name, at);
  }, [name, at]);
  return createElement("li", null, title);
});
const rows = (name, todos) => todos.map((todo) => createElement(Row, { key: todo.id, name, todo }));

function render(element) {
  createRoot(document.body.appendChild(document.createElement("ul"))).render(element);
}

const ours = new Promise((resolve) => {
  function List() {
    const { data, live } = useFaunaLiveQuery(fql`ours.all()`);
    renders++;
    useEffect(() => {
      if (live === "live") resolve();
    }, [live]);
    return data && rows("ours", data.data);
  }
  const props = { endpoint, getToken, userId: "user_1", queryClient: new QueryClient() };
  render(createElement(FaunaProvider, props, createElement(List)));
});

const subscribed = new Promise((resolve) => {
  const client = createFaunaClient({ endpoint, getToken, userId: "user_1" });
  subscribeFauna(client, fql`subscribed.all()`, ({ live, events }) => {
    if (live === "live") resolve();
    for (const { data } of events) note("subscribed", data.at);
  });
});

const client = new Client(
  { endpoint, secret: token },
  new FetchClient({ url: endpoint, fetch_keepalive: false }),
);

/** Opens a stream of the bare driver's, which calls back with the data of each event. */
const open = (query, callback) =>
  new Promise((resolve) =>
    client
      .stream(query, { status_events: true })
      .start(({ type, data }) => (type === "status" ? resolve() : callback(data))),
  );

const bare = open(fql`bare.all().eventSource()`, ({ at }) => note("bare", at));

async function followByHand() {
  let replace;
  function List({ first }) {
    const [todos, setTodos] = useState(first);
    useEffect(() => {
      replace = (next) => setTodos((all) => all.map((each) => (each.id === next.id ? next : each)));
    }, []);
    return rows("byHand", todos);
  }
  const { data } = await client.query(fql`byHand.all()`);
  render(createElement(List, { first: data.data.data }));
  await open(fql`byHand.all().eventSource()`, (todo) => replace(todo));
}

/** Asks the server for its time, which lies between the two of the page. */
async function askTime() {
  const sent = performance.now();
  const response = await fetch(`${endpoint}/clock`);
  const received = performance.now();
  return { sent, at: await response.text(), received };
}

async function askTimes(count) {
  const times = [];
  while (times.length < count) times.push(await askTime());
  return times;
}

const ready = Promise.all([ours, subscribed, bare, followByHand()]);
globalThis.bench = { ready, askTimes, result: () => ({ notes, renders }) };
