import type { Fault } from "fauna-clerk/local";

import type { FastClock } from "../../support/live-clock";
import { sayOnline, showPage } from "../../support/live-page";
import { type LiveServers, userIn } from "../../support/live-servers";
import type { PageAction } from "./actions";

/** Lets things happen to the page that all apps are on, and ends with it visible and online. */
export async function runPage(
  servers: LiveServers,
  clock: FastClock,
  actions: readonly PageAction[],
): Promise<void> {
  let cut: Fault | undefined;
  const steps: PageAction[] = [...actions, { do: "show" }, { do: "online" }];
  for (const step of steps) {
    if (step.do === "wait") await clock.pass(step.ms);
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
