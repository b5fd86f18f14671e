// @vitest-environment jsdom
import type { Fault } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type FastClock, startFastClock } from "../support/live-clock";
import { followLive } from "../support/live-follower";
import { restorePage, sayOnline, showPage } from "../support/live-page";
import { collectionOf, type LiveServers, startLiveServers, userIn } from "../support/live-servers";

/** Of tokens, in seconds: a connection is renewed after 20. */
const LIFETIME = 30;

const SEEN = "shared: true, done: false";
/** More than a stream replays, which is 128 events, whether its reader sees them or not. */
const WRITES = [
  ["140 changes that the user sees", SEEN, 140],
  ["140 that the query's filter hides", "shared: true, done: true", 140],
  ["140 that the user may not read", 'owner: "bob", done: false', 140],
] as const;

interface World {
  readonly servers: LiveServers;
  readonly clock: FastClock;
  readonly user: string;
  /** Resolves once the state is this. */
  readonly is: (state: "paused" | "reconnecting") => Promise<void>;
}

const AWAY = "while the server was away";

/** What keeps somebody from hearing of changes; each begins, and returns what ends it. */
const BREAKS: readonly [string, (world: World) => Promise<() => void>][] = [
  [
    "while the page was hidden",
    async ({ is }) => {
      showPage(false);
      await is("paused");
      return () => showPage(true);
    },
  ],
  [
    "while the device was offline",
    async (world) => {
      const cut = cutOff(world);
      sayOnline(false);
      await world.is("reconnecting");
      return () => {
        cut.stop();
        sayOnline(true);
      };
    },
  ],
  [
    AWAY,
    async (world) => {
      const cut = cutOff(world);
      await world.is("reconnecting");
      return () => cut.stop();
    },
  ],
  [
    "while the device was asleep",
    async ({ servers, clock, user }) => {
      for (const stream of servers.streamsOf(user)) stream.silence();
      return () => clock.sleep(60_000);
    },
  ],
  [
    "after an overflow, before the next connection",
    (world) => holdNext(world, (stream) => stream.fail("stream_overflow", "simulated")),
  ],
  ["while the connection was renewed", (world) => holdNext(world, () => {})],
];

const requestsOf =
  (user: string, paths: RegExp) =>
  ({ path, headers }: { path: string; headers: Readonly<Record<string, string>> }): boolean =>
    paths.test(path) && userIn(headers) === user;

function cutOff({ servers: { fauna, streamsOf }, user }: World): Fault {
  for (const stream of streamsOf(user)) stream.drop();
  return fauna.faults.drop("before", { match: requestsOf(user, /./), times: Infinity });
}

/** Holds the next connection before the server has seen it. */
async function holdNext(
  { servers: { fauna, streamsOf }, user }: World,
  end: (stream: LiveServers["fauna"]["streams"][number]) => void,
): Promise<() => void> {
  const match = requestsOf(user, /^\/(stream|feed)\/1$/);
  const hold = fauna.faults.hold({ match, when: "before", times: Infinity });
  streamsOf(user).forEach(end);
  await hold.reached();
  return () => hold.release();
}

let servers: LiveServers;
let worlds = 0;
beforeAll(async () => {
  servers = await startLiveServers(BREAKS.length * WRITES.length + 1, { record: true });
});
afterAll(() => servers.close());

/** A feed has its pages whatever came before it, so that one break is enough for more than one page. */
const MANY = ["1,200, more than a page of a feed has", SEEN, 1200] as const;

describe.each(BREAKS)("%s", (when, begin) => {
  test.each(when === AWAY ? [...WRITES, MANY] : WRITES)(
    "a feed catches up with %s, and one stream goes on from there",
    async (_what, fields, count) => {
      const clock = startFastClock();
      restorePage();
      const name = collectionOf(worlds);
      const user = `ada-${worlds++}`;
      const { write } = servers;
      await write(`${name}.create({ id: 1, owner: "${user}", done: false, n: 0 })`);
      const follower = await followLive(
        servers,
        clock,
        `${name}.where(.done == false).pageSize(16000)`,
        { user, lifetime: LIFETIME, live: { pauseWhenHiddenFor: 100 } },
      );

      const end = await begin({ servers, clock, user, is: follower.is });
      await write(`Set.sequence(1, ${count}).forEach(n => ${name}.create({ n: n, ${fields} }))`);
      await write(`${name}.create({ n: ${count}, ${fields} })`);
      await write(`${name}.byId("1")!.update({ n: 1 })`);
      end();
      await follower.agrees();
      // What a feed has brought is there before the stream is.
      const isOpen = (): boolean => servers.streamsOf(user).length > 0;
      await clock.until(isOpen, () => "an open stream");

      const ask = (path: string): string[] => follower.asked.filter((each) => each === path);
      expect(ask("/query/1"), "snapshots").toHaveLength(1);
      expect(ask("/stream/1"), "streams").toHaveLength(2);
      const seen = follower.events.map(({ data }) => (data as unknown as { n: number }).n);
      const written = Array.from({ length: count }, (_, n) => n + 1);
      expect(seen).toEqual([...(fields === SEEN ? written : []), 1]);
    },
  );
});
