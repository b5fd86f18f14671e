// A stream that was just opened may tell of one update in two parts, a `remove` and an `update` with the same cursor.
import { fql, type EventSource, type Page } from "fauna";
import { createFaunaClient, type FaunaLiveUpdate, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { connectionOf } from "../../src/client/connection";
import { followEvents } from "../../src/live/follow-events";
import { eventually } from "../support/eventually";
import { success } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { event, type FakeLive, send, serveLive, todo } from "../support/fake-live";
import { makeToken } from "../support/token";

type Todos = Page<any>; // any: of what the fake server says

const [first, second] = [event("remove", todo(1, "one"), 1), event("update", todo(1, "ONE", 1), 1)];

async function setUp() {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => random.mockRestore());
  const fauna = await startFakeFauna();
  const server = serveLive(fauna);
  const getToken = async (): Promise<string> => makeToken({ sub: "ada" });
  return { server, client: createFaunaClient({ endpoint: fauna.url, userId: "ada", getToken }) };
}

/** What is read again after a cut: as the two parts, or as one event. */
const AGAIN: readonly (readonly [string, readonly object[]])[] = [
  ["both parts", [first, second]],
  ["one event", [second]],
];

/** Brings the first part, cuts the stream, and gives what is read then to who asks from before the update. */
async function cutAfterFirst(
  server: FakeLive,
  seesFirst: () => void,
  again: readonly object[],
): Promise<void> {
  await eventually(() => expect(server.streams).toHaveLength(1));
  send(server.streams[0], first);
  await eventually(seesFirst);
  server.missed.set("c0", again);
  server.streams[0]?.end();
  await eventually(() => expect(server.streams).toHaveLength(2));
}

test.each(AGAIN)("a row whose update is cut in two stays, if %s comes again", async (_, again) => {
  const { server, client } = await setUp();
  const updates: FaunaLiveUpdate<Todos>[] = [];
  onTestFinished(
    subscribeFauna(client, fql<Todos>`Todo.all()`, (update) => void updates.push(update)),
  );
  const titles = () => updates.at(-1)?.data?.data.map(({ title }) => title);
  await cutAfterFirst(server, () => expect(titles()).toEqual(["three"]), again);
  await eventually(() => expect(titles()).toEqual(["ONE", "three"]));
});

test.each(AGAIN)("a listener hears each part once, if %s comes again", async (_, again) => {
  const { server, client } = await setUp();
  server.answer = (request) =>
    request.path === "/query/1" ? success(request, { "@stream": "source" }) : undefined;
  const heard: string[] = [];
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const connection = connectionOf(client);
  followEvents(
    connection,
    connection.identityStore.current().identity,
    fql<EventSource>`Todo.all().eventSource()` as never,
    { onEvent: ({ type }) => void heard.push(type), onError: () => {}, onStatus: () => {} },
    life.signal,
  );
  await cutAfterFirst(server, () => expect(heard).toEqual(["remove"]), again);
  await eventually(() => expect(heard).toEqual(["remove", "update"]));
  send(server.streams[1], event("remove", todo(1, "ONE", 1), 2));
  await eventually(() => expect(heard).toEqual(["remove", "update", "remove"]));
});
