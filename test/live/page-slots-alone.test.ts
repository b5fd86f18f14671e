import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { requestHook } from "../../src/client/send-request";
import { defaultLimit, slotsOf } from "../../src/live/page-slots";
import { type StreamSlots, STARVED_MS } from "../../src/live/stream-slots";
import { stopTime } from "../support/event-server";

// Which slots there are, and which requests have to do with them, without servers.

let count = 0;
let pass: (ms?: number) => Promise<void>;
/** Each test has servers of its own. */
let server: string;

beforeEach(() => {
  pass = stopTime();
  server = `http://page-slots-${++count}.test`;
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
});

/** Takes a slot until the test ends. Returns whether it is still held. */
function hold(slots: StreamSlots): () => boolean {
  const member = { maxStreams: 1, onSlot: () => {} };
  onTestFinished(() => slots.release(member));
  slots.ask(member);
  return () => slots.holds(member);
}

const send = (url: string): [RequestInit, (() => void) | undefined] => {
  const init: RequestInit = { credentials: "include" };
  return [init, requestHook.change?.(url, init)];
};

describe("the slots of a server", () => {
  test("are the same for whoever asks, with and without a slash at the end", () => {
    const slots = slotsOf(new URL(`${server}/fauna`));
    expect(slotsOf(new URL(`${server}/fauna/`))).toBe(slots);
    expect(slotsOf(new URL(server))).not.toBe(slots);
  });

  test("are locks of the browser, named after the server alone", () => {
    const request = vi.fn(async (_name: string) => {});
    vi.stubGlobal("document", {});
    vi.stubGlobal("navigator", { locks: { request } });
    hold(slotsOf(new URL(`${server}/fauna/`)));
    expect(request.mock.calls.map(([name]) => name)).toEqual([
      `fauna-clerk:stream:${server}/fauna:0`,
    ]);
  });

  test.each([
    ["a page without locks, as on an insecure origin", {}, {}],
    ["React Native", {}, undefined],
    ["Node, which has locks and no tabs", undefined, { locks: { request: vi.fn(async () => {}) } }],
  ])("are its own in %s", (_, document, navigator) => {
    vi.stubGlobal("document", document);
    vi.stubGlobal("navigator", navigator);
    expect(hold(slotsOf(new URL(server)))()).toBe(true);
  });
});

describe("a request that has no answer for long costs a stream", () => {
  test("of the server whose URL it has, also where another one's begins it", async () => {
    // The outer one is known first or last.
    for (const paths of [
      ["/a", "/a/inner"],
      ["/b/inner", "/b"],
    ]) {
      const held = paths.map((path) => hold(slotsOf(new URL(server + path))));
      const inner = paths.find((path) => path.endsWith("inner"));
      const [, answer] = send(`${server}${inner}/query/1`);
      await pass(STARVED_MS);
      expect(held.map((isHeld) => isHeld())).toEqual(paths.map((path) => path !== inner));
      answer?.();
    }
  });

  test("unless it is that of a stream, or of another server", async () => {
    const isHeld = hold(slotsOf(new URL(server)));
    expect(send(`${server}/stream/1`)[1]).toBeUndefined();
    expect(send(`${server}.example.com/query/1`)[1]).toBeUndefined();
    await pass(STARVED_MS);
    expect(isHeld()).toBe(true);
  });
});

test("requests to the page's own origin have its cookies, streams have none, and others are left alone", () => {
  vi.stubGlobal("location", { origin: server });
  slotsOf(new URL(`${server}/fauna`));
  slotsOf(new URL("http://page-slots-other.test"));
  const credentials = (url: string): unknown => send(url)[0].credentials;
  expect([
    credentials(`${server}/fauna/query/1`),
    credentials(`${server}/fauna/stream/1`),
    credentials("http://page-slots-other.test/query/1"),
    credentials("http://unknown.test/query/1"),
  ]).toEqual(["same-origin", "omit", "include", "include"]);
});

describe("there are 30 streams where requests share a connection, and 3", () => {
  const limitWith = (entries: object[] | undefined, document: unknown = {}): number => {
    vi.stubGlobal("document", document);
    const getEntriesByType = entries && ((type: string) => (type === "resource" ? entries : []));
    vi.stubGlobal("performance", { now: () => 0, getEntriesByType });
    return defaultLimit(new URL("http://page-slots.test/fauna"));
  };
  const entry = (
    nextHopProtocol: string,
    name = "http://page-slots.test/fauna/query/1",
  ): object => ({
    name,
    nextHopProtocol,
  });

  test.each<[string, number, object[] | undefined]>([
    [
      "over HTTP/2, as one of many entries tells",
      30,
      [entry("h2"), entry("", "http://other.test/")],
    ],
    ["over HTTP/3", 30, [entry("h3")]],
    ["over HTTP/1.1", 3, [entry("http/1.1")]],
    ["over what only has such a name", 3, [entry("ssh2")]],
    ["if only another server speaks HTTP/2", 3, [entry("h2", "http://other.test/")]],
    ["if nothing is told", 3, []],
    ["if the platform tells nothing", 3, undefined],
  ])("%s: %i", (_, limit, entries) => {
    expect(limitWith(entries)).toBe(limit);
  });

  test("where there is no page", () => {
    expect(limitWith([entry("h2")], null)).toBe(3);
  });
});
