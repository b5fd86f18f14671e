import { expect, onTestFinished, test } from "vitest";

import { startFastClock } from "../support/live-clock";
import { followLive } from "../support/live-follower";
import { collectionOf, startLiveServers } from "../support/live-servers";

const NAME = collectionOf(0);

// The server swallows the first change after a token's end.
test("with tokens of 5 s each write is there within a second, once, for a minute", async () => {
  const servers = await startLiveServers(1, { record: true });
  onTestFinished(() => servers.close());
  const clock = startFastClock();
  await servers.write(`${NAME}.create({ id: "1", owner: "ada", n: 0 })`);
  const ada = await followLive(servers, clock, `${NAME}.all()`, { user: "ada", lifetime: 5 });
  let n = 0;
  for (const end = Date.now() + 60_000; Date.now() < end; await clock.pass(1700)) {
    await servers.write(`${NAME}.byId("1")!.update({ n: ${++n} })`);
    await ada.agrees(1000);
  }
  // A real server may tell of an update just after a stream has been opened by a `remove` and an `update`.
  const seen = ada.events
    .filter(({ type }) => type !== "remove")
    .map(({ data }) => (data as unknown as { n: number }).n);
  expect(seen).toEqual(Array.from({ length: n }, (_, index) => index + 1));
  expect(ada.asked.filter((path) => path === "/query/1")).toHaveLength(1);
});
