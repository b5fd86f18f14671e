import { randomBytes } from "node:crypto";
import type { Context } from "../fql/evaluator/context";
import type { EventSourceValue } from "../fql/values/value";

/** So many event sources are remembered; the oldest are forgotten. */
const MAX_SOURCES = 20_000;

/** Keeps an event source of an answer; its token is the text that clients open it with. */
export function registerEventSource(cx: Context, source: EventSourceValue): string {
  const token = randomBytes(24).toString("base64");
  const { eventSources } = cx.db;
  eventSources.set(token, source);
  if (eventSources.size > MAX_SOURCES) eventSources.delete(eventSources.keys().next().value!);
  return token;
}
