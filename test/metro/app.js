// An app as Expo would have it: Metro bundles it, and a test runs that in Node without what Hermes lacks.
import { fql } from "fauna";
import { FaunaProvider, isTokenError, useFaunaLiveQuery, useFaunaQuery } from "fauna-clerk/expo";
import { faunaSerializer } from "fauna-clerk/serializer";
import { createElement } from "react";
import { create } from "react-test-renderer";

function Todos() {
  const { data, live } = useFaunaLiveQuery(fql`Todo.all()`);
  // The driver's classes have to be the same in all entries.
  const kept = faunaSerializer.deserialize(faunaSerializer.serialize(data ?? { data: [] }));
  return `${live}: ${kept.data.map(({ title }) => title).join(" ")}`;
}

function Who() {
  const { data, error } = useFaunaQuery(fql`"who"`);
  return isTokenError(error) ? error.code : data;
}

/** Renders the app; gives what it shows. */
globalThis.expoApp.start = (endpoint) => {
  const app = createElement("View", null, createElement(Todos), " / ", createElement(Who));
  const live = { pollInterval: 5 };
  return create(createElement(FaunaProvider, { endpoint, live }, app));
};
