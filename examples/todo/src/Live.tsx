import { fql, type EventSource } from "fauna";
import { useFaunaCache, useFaunaEvents } from "fauna-clerk/react";
import { counts, newestTodos } from "./todo";

const changes = fql<EventSource>`Todo.newest().eventSource()`;

const NAMES = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  paused: "Paused",
  off: "Not live",
};

/** Fetches again what a change of the user's todos may concern, wherever it was made, and says whether it can. */
export function Live() {
  const { invalidateFauna } = useFaunaCache();
  const { live } = useFaunaEvents(changes, {
    onEvent: () => void invalidateFauna([newestTodos, counts]),
  });
  return (
    <span role="status" className={`connection ${live}`}>
      {NAMES[live]}
    </span>
  );
}
