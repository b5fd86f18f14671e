// @vitest-environment jsdom
import { expect, onTestFinished, test } from "vitest";

import { startFastClock } from "../support/live-clock";
import { followLive } from "../support/live-follower";
import { restorePage, sayOnline } from "../support/live-page";
import { collectionOf, startLiveServers } from "../support/live-servers";

test("while the device is offline there are no retries, and once it is online the query resumes at once", async () => {
  const servers = await startLiveServers(1);
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  restorePage();
  const all = collectionOf(0);
  const follower = await followLive(servers, clock, `${all}.all()`, { user: "ada" });
  let tries = 0;
  const cut = servers.fauna.faults.drop("before", { match: () => ++tries > 0, times: Infinity });
  sayOnline(false);
  await follower.is("reconnecting");
  await clock.pass(1000);
  const first = tries;
  await clock.pass(120_000);
  expect(tries).toBe(first);
  cut.stop();
  await servers.write(`${all}.create({ owner: "ada", n: 1 })`);
  sayOnline(true);
  await follower.agrees(1000);
});
