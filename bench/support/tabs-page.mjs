// The page of tabs.mjs: three live lists, which note when they show what.
import { fql } from "fauna";
import { FaunaProvider, useFaunaLiveQuery, useFaunaMutation } from "fauna-clerk";
import { createElement, useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";

const { document, location } = globalThis;
const settings = Object.fromEntries(new URLSearchParams(location.search));
const getToken = () => Promise.resolve(settings.secret);
const LISTS = [0, 1, 2];

const begin = performance.now();
/** How long the lists took to their first data, from this script on, in ms. */
const first = new Map();
/** When a title was first shown, in ms since 1970, which is one clock for all tabs. */
const shown = new Map();

function List({ number }) {
  const { data } = useFaunaLiveQuery(fql`Todo.where(.list == ${number}).pageSize(1000)`);
  useLayoutEffect(() => {
    if (!data) return;
    if (!first.has(number)) first.set(number, performance.now() - begin);
    for (const { title } of data.data) if (!shown.has(title)) shown.set(title, Date.now());
  }, [data, number]);
  return null;
}

function Write() {
  const { mutateAsync } = useFaunaMutation(
    (title) => fql`Todo.create({ list: 0, title: ${title} })`,
  );
  useLayoutEffect(() => {
    globalThis.bench.write = async (title) => {
      await mutateAsync(title);
      return Date.now();
    };
  }, [mutateAsync]);
  return null;
}

const until = async (get) => {
  while (get() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  return get();
};
globalThis.bench = {
  first: () => until(() => (first.size === LISTS.length ? Math.max(...first.values()) : undefined)),
  shown: (title) => until(() => shown.get(title)),
};

const props = { endpoint: settings.endpoint, userId: settings.user, getToken };
createRoot(document.body.appendChild(document.createElement("div"))).render(
  createElement(
    FaunaProvider,
    props,
    createElement(Write),
    ...LISTS.map((number) => createElement(List, { key: number, number })),
  ),
);
