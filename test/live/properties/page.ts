import type { Fault } from "@fauna-clerk/local";

import type { FastClock } from "../../support/live-clock";
import { sayOnline, showPage } from "../../support/live-page";
import { type LiveServers, userIn } from "../../support/live-servers";
import type { PageAction } from "./actions";

/** So long in ms a device sleeps: longer than any timer is late. */
const SLEEP = 60_000;

/**
 * Lets things happen to the page that all apps are on, and ends with it visible and online. Streams that fell silent are
 * found out by the device's sleep; otherwise that takes a server's interval, which is minutes.
 */
export async function runPage(
  servers: LiveServers,
  clock: FastClock,
  actions: readonly PageAction[],
): Promise<void> {
  let cut: Fault | undefined;
  const steps = [...actions];
  const last = (one: PageAction["do"], other: PageAction["do"]): PageAction["do"] | undefined =>
    actions.findLast((step) => step.do === one || step.do === other)?.do;
  if (last("hide", "show") === "hide") steps.push({ do: "show" });
  if (last("offline", "online") === "offline") steps.push({ do: "online" });
  if (last("silence", "sleep") === "silence") steps.push({ do: "sleep" });
  for (const step of steps) {
    if (step.do === "wait") await clock.pass(step.ms);
    else if (step.do === "silence") for (const stream of servers.fauna.streams) stream.silence();
    else if (step.do === "sleep") clock.sleep(SLEEP);
    else if (step.do === "hide" || step.do === "show") showPage(step.do === "show");
    else {
      cut?.stop();
      cut = step.do === "offline" ? cutNetwork(servers) : undefined;
      sayOnline(step.do === "online");
    }
  }
}

/** Of those who write as admin the network stays. */
function cutNetwork({ fauna }: LiveServers): Fault {
  for (const stream of fauna.streams) stream.drop();
  return fauna.faults.drop("before", {
    match: ({ headers }) => userIn(headers) !== undefined,
    times: Infinity,
  });
}
