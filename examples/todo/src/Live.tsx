import { fql, type EventSource } from "fauna";
import { useFaunaCache, useFaunaEvents } from "fauna-clerk/react";
import { useCallback, useEffect, useRef } from "react";
import { Connection } from "./Connection";
import { newestTodos } from "./todo";

// Not of the index: of that one hears only what concerns its own fields, such as `createdAt`.
const changes = fql<EventSource>`Todo.all().eventSource()`;

/** So long in ms events have to pause: a burst of them, such as ten quick ticks, is one refetch. */
const PAUSE = 200;

/** Fetches the list again after a change of the user's todos, wherever it was made, and says whether it can. */
export function Live() {
  const { invalidateFauna } = useFaunaCache();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const fetchSoon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void invalidateFauna(newestTodos), PAUSE);
  }, [invalidateFauna]);
  const { live, liveInfo } = useFaunaEvents(changes, { onEvent: fetchSoon });
  // The list may have been fetched before there were events.
  useEffect(() => {
    if (live === "live") fetchSoon();
  }, [live, fetchSoon]);
  return <Connection live={live} info={liveInfo} />;
}
