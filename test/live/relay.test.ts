// @vitest-environment jsdom
import { QueryClient } from "@tanstack/react-query";
import { createFaunaClient, faunaMutationOptions } from "fauna-clerk";
import { fql } from "fauna";
import { expect, onTestFinished, test, vi } from "vitest";

import { createIdentity, type Identity } from "../../src/auth/identity";
import { attachCache, type Connection, connectionOf } from "../../src/client/connection";
import { applyReceipt } from "../../src/cache/receipts";
import { Relay, type RelayMessage, relayOf } from "../../src/live/relay";
import { eventually } from "../support/eventually";
import { startFakeFauna } from "../support/fake-fauna";
import { makeToken } from "../support/token";
import { watchChannels } from "../support/watch-channels";

const userOf = (userId: string, orgId?: string): Identity =>
  createIdentity("signed-in", "fauna", { userId, orgId });
const ada = userOf("user_ada");

function connect(endpoint = "http://localhost", userId = "user_ada"): Connection {
  const getToken = async (): Promise<string> => makeToken({ sub: userId });
  return connectionOf(createFaunaClient({ endpoint, userId, getToken }));
}

/** The names of the channels that are opened from now on, and whether they are still open. */
function watchNames(): () => Map<string, boolean> {
  const { opened, open } = watchChannels();
  return () => new Map(opened.map((channel) => [channel.name, open.has(channel)]));
}

/** Joins a relay until the test ends, and returns what it hears. */
function join(relay: Relay): RelayMessage[] {
  const heard: RelayMessage[] = [];
  onTestFinished(relay.join((message) => heard.push(message)));
  return heard;
}

const changed: RelayMessage = { type: "changed" };

test("only the same user of the same server hears what is said, and nobody sees in a name whose it is", async () => {
  const names = watchNames();
  const relays = [
    new Relay(connect(), ada),
    new Relay(connect(), userOf("user_ada")),
    new Relay(connect(), userOf("user_bob")),
    new Relay(connect(), userOf("user_ada", "org_1")),
    new Relay(connect("http://127.0.0.1"), ada),
  ];
  const heard = relays.map(join);
  await eventually(() => expect(names().size).toBe(4));
  for (const name of names().keys()) expect(name).toMatch(/^fauna-clerk:relay:1:[0-9a-f]{64}$/);
  await eventually(() => {
    relays[0]?.post(changed);
    expect(heard[1]).toContainEqual(changed);
  });
  expect([heard[0], ...heard.slice(2)]).toEqual([[], [], [], []]);
});

test("the channel is open while somebody listens", async () => {
  const names = watchNames();
  const relay = new Relay(connect(), ada);
  const leave = [relay.join(() => {}), relay.join(() => {})];
  await eventually(() => expect([...names().values()]).toEqual([true]));
  leave[0]?.();
  expect([...names().values()]).toEqual([true]);
  leave[1]?.();
  expect([...names().values()]).toEqual([false]);
});

test("who has left before the channel is open opens none", async () => {
  const names = watchNames();
  new Relay(connect(), ada).join(() => {})();
  const other = new Relay(connect("http://127.0.0.1"), ada);
  join(other);
  await eventually(() => expect(names().size).toBe(1));
});

test.each([
  ["refuses channels", "BroadcastChannel"],
  ["has no cryptography", "crypto"],
])("a browser that %s has no relay, and no error", async (_, missing) => {
  const refuse = (): never => {
    throw new DOMException("", "SecurityError");
  };
  vi.stubGlobal(missing, missing === "crypto" ? {} : refuse);
  onTestFinished(() => void vi.unstubAllGlobals());
  const relay = new Relay(connect(), ada);
  expect(join(relay)).toEqual([]);
  relay.post(changed);
});

test("others hear of the user's own writes, and of nobody else's", async () => {
  const names = watchNames();
  const fauna = await startFakeFauna();
  const [writer, reader] = [connect(fauna.url), connect(fauna.url)];
  const cache = new QueryClient();
  attachCache(writer, cache);
  join(new Relay(writer, ada));
  const heard = join(new Relay(reader, ada));
  await eventually(() => expect(names().size).toBe(1));
  await cache
    .getMutationCache()
    .build(cache, { mutationFn: async () => null })
    .execute(undefined);
  const own = faunaMutationOptions(
    { client: writer.getClient(), queryClient: cache } as never,
    () => fql`Todo.create({})`,
  );
  await cache
    .getMutationCache()
    .build(cache, own as never)
    .execute(undefined as never);
  await eventually(() => expect(heard).toEqual([changed]));
});

test("others hear of a write from a tab that follows nothing, as of one by a Server Action", async () => {
  const fauna = await startFakeFauna();
  const [writer, reader] = [connect(fauna.url), connect(fauna.url)];
  const scope = { connection: writer, identity: ada, cache: new QueryClient() };
  const names = watchNames();
  const { identity } = writer.identityStore.current();
  const heard = join(new Relay(reader, identity));
  await eventually(() => expect(names().size).toBe(1));
  const receipt = { faunaReceiptOf: ada.key, txn: 5, value: "{}" };
  applyReceipt(scope, { ...receipt, faunaReceiptOf: identity.key } as never, {});
  await eventually(() => expect(heard).toEqual([changed]));
});

test("who writes hears nothing of it from its own tab", async () => {
  const names = watchNames();
  const [writer, reader] = [connect(), connect()];
  const { identity } = writer.identityStore.current();
  const [own, heard] = [join(new Relay(writer, identity)), join(new Relay(reader, identity))];
  await eventually(() => expect([...names().values()]).toEqual([true]));
  await eventually(() => {
    expect(writer.tellTabs?.(identity)).toBe(true);
    expect(heard).toContainEqual(changed);
  });
  expect(own).toEqual([]);
  expect(writer.tellTabs?.(userOf("user_bob"))).toBe(false);
});

test("the relay of a connection is that of who is signed in, the same for all who ask", () => {
  const connection = connect();
  const own = relayOf({ connection, identity: ada });
  expect(relayOf({ connection, identity: userOf("user_ada") })).toBe(own);
  expect(relayOf({ connection: connect(), identity: ada })).not.toBe(own);
  const bobs = relayOf({ connection, identity: userOf("user_bob") });
  expect(bobs).not.toBe(own);
  expect(relayOf({ connection, identity: userOf("user_bob") })).toBe(bobs);
});

test("several listeners have one channel, by which own writes of the identity alone are told", async () => {
  const { opened, said } = watchChannels();
  const connection = connect();
  const relay = new Relay(connection, ada);
  const leave = [1, 2].map(() => relay.join(() => {}));
  await eventually(() => expect(connection.tellTabs).toBeDefined());
  expect(opened).toHaveLength(1);
  expect([connection.tellTabs?.(ada), connection.tellTabs?.(userOf("user_bob"))]).toEqual([
    true,
    false,
  ]);
  expect(said).toEqual([changed]);
  leave[0]?.();
  expect(connection.tellTabs).toBeDefined();
  leave[1]?.();
  expect(connection.tellTabs).toBeUndefined();
});

test("a relay that leaves does not end the telling of the one that took its place", async () => {
  const connection = connect();
  const before = new Relay(connection, ada).join(() => {});
  await eventually(() => expect(connection.tellTabs).toBeDefined());
  const own = connection.tellTabs;
  const after = new Relay(connection, userOf("user_bob")).join(() => {});
  await eventually(() => expect(connection.tellTabs).not.toBe(own));
  before();
  expect(connection.tellTabs).toBeDefined();
  after();
  expect(connection.tellTabs).toBeUndefined();
});
