import { randomBytes } from "node:crypto";
import type { Context } from "../fql/model/context";
import type { EventSourceValue } from "../fql/values/value";

/** Keeps an event source of an answer; its token is the text that clients open it with. */
export function registerEventSource(cx: Context, source: EventSourceValue): string {
  const token = randomBytes(24).toString("base64");
  cx.db.eventSources.set(token, source);
  return token;
}
