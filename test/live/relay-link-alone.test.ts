import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import type { ReadEvent } from "../../src/live/event-types";
import type { Relay, RelayedLines, RelayListener, RelayMessage } from "../../src/live/relay";
import { newLines, RelayLink } from "../../src/live/relay-link";
import { untilIdle } from "../support/idle";

// One tab: what it says, and what it makes of what it hears. What tabs are to each other is in relay-link.test.ts.

beforeEach(() => {
  // Digests are for pages alone.
  vi.stubGlobal("document", {});
  onTestFinished(() => void vi.unstubAllGlobals());
});

const line = (txn: number): string =>
  JSON.stringify({ type: "add", txn_ts: txn, cursor: `c${txn}` });
const change = (txn: number): ReadEvent => JSON.parse(line(txn)) as ReadEvent;
const status: ReadEvent = { type: "status", cursor: "c9" };
const relayed = (...txns: number[]): RelayedLines => ({
  lines: txns.map(line),
  previous: undefined,
  cursor: `c${txns.at(-1)}`,
  since: 0,
});

/** A link whose relay is the test; it has no key yet. */
function create() {
  const posted: RelayMessage[] = [];
  let listener: RelayListener = () => {};
  const relay: Pick<Relay, "post" | "join"> = {
    post: (message) => void posted.push(message),
    join: (given) => {
      listener = given;
      return () => {};
    },
  };
  const onHeard = vi.fn();
  const link = new RelayLink(relay as Relay, "todos", onHeard);
  link.join();
  const types = (): string[] => posted.splice(0).map(({ type }) => type);
  return { link, posted, types, onHeard, hear: (message: RelayMessage) => listener(message) };
}

/** A link that knows its key, and has said so. */
async function start() {
  const created = create();
  created.link.useRights("ada");
  await untilIdle();
  const { key } = created.posted.splice(0)[0] as { key: string };
  return { ...created, key };
}

describe("the key", () => {
  test("is told once for the same rights, and not before they are known", async () => {
    const { link, types } = create();
    link.useRights(undefined);
    link.useRights("ada");
    link.useRights("ada");
    await untilIdle();
    expect(types()).toEqual(["hello"]);
    link.useRights(undefined);
    await untilIdle();
    expect(types()).toEqual([]);
  });

  test("is that of the last rights, and nothing is told under that of others", async () => {
    const { link, posted, types } = create();
    link.useRights("ada");
    link.useRights("bob");
    await untilIdle();
    const keys = posted.map((message) => (message as { key: string }).key);
    expect(types()).toEqual(["hello"]);
    link.useRights("ada");
    link.tell(relayed(1));
    expect(types()).toEqual([]);
    await untilIdle();
    expect(posted).toHaveLength(1);
    expect(keys).not.toContain((posted[0] as { key: string }).key);
  });

  test("may never be known: then nothing is told", async () => {
    vi.stubGlobal("document", undefined);
    const { link, types } = create();
    link.useRights("ada");
    await untilIdle();
    link.passOn([change(1)], [line(1)]);
    link.keepAlive();
    link.endStream();
    expect(types()).toEqual([]);
  });

  test("that is known late is told at once that the tab streams", async () => {
    const { link, types } = create();
    link.keepAlive();
    link.useRights("ada");
    await untilIdle();
    link.keepAlive();
    expect(types()).toEqual(["hello", "alive"]);
  });
});

describe("a tab tells", () => {
  test("batches of a stream that have a change, and of others only that it streams", async () => {
    const { link, types, posted } = await start();
    link.passOn([], []);
    expect(types()).toEqual([]);
    link.passOn([status], ["{}"]);
    expect(types()).toEqual(["alive"]);
    link.passOn([status, change(1)], ["{}", line(1)]);
    expect(posted).toMatchObject([{ type: "events", lines: ["{}", line(1)], previous: "c9" }]);
  });

  test("that its stream has ended, once, if it has told of it", async () => {
    const { link, types, posted, key } = await start();
    link.endStream();
    expect(types()).toEqual([]);
    link.keepAlive();
    link.endStream();
    link.endStream();
    expect(posted).toMatchObject([{ type: "alive" }, { type: "ended", key }]);
  });

  test("who is new that it streams, and ignores what the others tell meanwhile", async () => {
    const { link, types, hear, key, onHeard } = await start();
    link.keepAlive();
    types();
    hear({ type: "hello", key });
    expect(types()).toEqual(["alive"]);
    hear({ type: "events", key, ...relayed(1) });
    hear({ type: "ended", key });
    hear({ type: "changed" });
    expect([link.hasLines, link.hasToAsk, link.isFollowing]).toEqual([false, false, false]);
    expect(types()).toEqual([]);
    expect(onHeard).not.toHaveBeenCalled();
  });
});

describe("a tab without a stream", () => {
  test("has nothing to do with who is new", async () => {
    const { link, types, hear, key, onHeard } = await start();
    hear({ type: "hello", key });
    expect([link.hasToAsk, link.isFollowing, link.hasLines, types()]).toEqual([
      ...[false, false, false, []],
    ]);
    expect(onHeard).not.toHaveBeenCalled();
  });

  test("follows whoever tells events", async () => {
    const { link, hear, key, onHeard } = await start();
    hear({ type: "events", key, ...relayed(1) });
    expect([link.isFollowing, link.hasLines, link.hasToAsk]).toEqual([true, true, false]);
    expect(onHeard).toHaveBeenCalledOnce();
  });

  test("asks the server first, whatever it has heard before", async () => {
    const { link, hear, key } = await start();
    hear({ type: "events", key, ...relayed(1) });
    expect(link.takeNewLines({ txn: 0 })).toBeUndefined();
    hear({ type: "events", key, ...relayed(2) });
    expect(link.takeNewLines({ txn: 1 })).toEqual([line(2)]);
  });

  test("asks the server if it has heard nothing, or that something has happened", async () => {
    const { link, hear, key } = await start();
    link.takeNewLines({});
    expect(link.takeNewLines({ txn: 0 })).toBeUndefined();
    hear({ type: "events", key, ...relayed(1) });
    hear({ type: "ended", key });
    expect(link.takeNewLines({ txn: 0 })).toBeUndefined();
  });
});

test("lines before which nothing is known leave a gap, even if all of them are known", () => {
  const position = { cursor: "other", txn: 9 };
  expect(newLines(position, { ...relayed(1, 2), since: undefined })).toBe("gap");
  expect(newLines(position, relayed(1, 2))).toEqual([]);
});
