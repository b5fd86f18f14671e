import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { createIdentity, type Identity } from "../../src/auth/identity";
import { Relay, type RelayListener, type RelayMessage } from "../../src/live/relay";
import { untilIdle } from "../support/idle";
import { connect } from "../support/signed-in";

// One relay and its channel, which is the test's. What tabs hear of each other is in relay.test.ts.

const userOf = (userId: string): Identity => createIdentity("signed-in", "fauna", { userId });
const ada = userOf("ada");
const hello: RelayMessage = { type: "hello", key: "todos" };

class FakeChannel {
  static opened: FakeChannel[] = [];
  readonly posted: unknown[] = [];
  isOpen = true;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    FakeChannel.opened.push(this);
  }

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  close(): void {
    this.isOpen = false;
  }
}

beforeEach(() => {
  FakeChannel.opened = [];
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  // Names are for pages alone.
  vi.stubGlobal("document", {});
  onTestFinished(() => void vi.unstubAllGlobals());
});

async function open(connection = connect(), identity = ada) {
  const relay = new Relay(connection, identity);
  const listener = vi.fn<RelayListener>();
  const leave = relay.join(listener);
  await untilIdle();
  return { connection, relay, listener, leave, channel: FakeChannel.opened.at(-1)! };
}

describe("a relay", () => {
  test("hands on what is said on its channel to all who listen, and says what it is told", async () => {
    const { relay, listener, channel } = await open();
    const other = vi.fn<RelayListener>();
    relay.join(other);
    channel.onmessage?.({ data: hello });
    relay.post(hello);
    expect([listener.mock.calls, other.mock.calls]).toEqual([[[hello]], [[hello]]]);
    expect(channel.posted).toEqual([hello]);
  });

  test("has one channel while anybody listens, however often they come and go meanwhile", async () => {
    const relay = new Relay(connect(), ada);
    const leave = [relay.join(() => {}), relay.join(() => {})];
    await untilIdle();
    leave.push(relay.join(() => {}));
    await untilIdle();
    expect(FakeChannel.opened).toHaveLength(1);
    for (const [index, leaveOne] of leave.entries()) {
      expect(FakeChannel.opened[0]?.isOpen, `before ${index} leaves`).toBe(true);
      leaveOne();
    }
    expect(FakeChannel.opened[0]?.isOpen).toBe(false);
  });

  test("opens one channel if who listens leaves and comes again before its name is known", async () => {
    const relay = new Relay(connect(), ada);
    relay.join(() => {})();
    relay.join(() => {});
    await untilIdle();
    expect(FakeChannel.opened.map(({ isOpen }) => isOpen)).toEqual([true]);
  });

  test("opens none for who has left before its name is known, and one for who comes then", async () => {
    const relay = new Relay(connect(), ada);
    relay.join(() => {})();
    await untilIdle();
    expect(FakeChannel.opened).toEqual([]);
    relay.join(() => {});
    await untilIdle();
    expect(FakeChannel.opened).toHaveLength(1);
  });

  test("is silent, without an error, where there is no page or channels are refused", async () => {
    vi.stubGlobal("document", undefined);
    const nowhere = await open();
    vi.stubGlobal("document", {});
    vi.stubGlobal("BroadcastChannel", () => {
      throw new DOMException("", "SecurityError");
    });
    const refused = await open();
    for (const { relay, connection, leave } of [nowhere, refused]) {
      relay.post(hello);
      expect(connection.tellTabs).toBeUndefined();
      leave();
    }
    expect(FakeChannel.opened).toEqual([]);
  });
});

describe("a write of the user", () => {
  test("is told to the other tabs of its identity, and no other one's is", async () => {
    const { connection, channel, leave } = await open();
    expect([connection.tellTabs?.(ada), connection.tellTabs?.(userOf("ada"))]).toEqual([
      true,
      true,
    ]);
    expect(channel.posted).toEqual([{ type: "changed" }, { type: "changed" }]);
    expect(connection.tellTabs?.(userOf("bob"))).toBe(false);
    expect(channel.posted).toHaveLength(2);
    leave();
    expect(connection.tellTabs).toBeUndefined();
  });

  test("is told by the relay that came last, also when the one before it leaves", async () => {
    const before = await open();
    const after = await open(before.connection, userOf("bob"));
    const tell = after.connection.tellTabs;
    before.leave();
    expect(before.connection.tellTabs).toBe(tell);
    after.leave();
    expect(before.connection.tellTabs).toBeUndefined();
  });
});
