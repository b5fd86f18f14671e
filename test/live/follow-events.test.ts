// @vitest-environment jsdom
import { fql } from "fauna";
import { createFaunaClient } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { connectionOf } from "../../src/client/connection";
import { followEvents } from "../../src/live/follow-events";
import type { RelayMessage } from "../../src/live/relay";
import { eventually } from "../support/eventually";
import { collectionOf, startLiveServers } from "../support/live-servers";
import { watchChannels } from "../support/watch-channels";

const listener = { onEvent: () => {}, onError: () => {}, onStatus: () => {} };

/** The keys by which tabs say hello from now on. */
function watchKeys(): () => (string | undefined)[] {
  const { said } = watchChannels();
  return () =>
    (said as RelayMessage[]).flatMap((message) => (message.type === "hello" ? [message.key] : []));
}

test("tabs hear each other's events only if they follow the same query", async () => {
  const servers = await startLiveServers(2);
  onTestFinished(() => servers.close());
  const keys = watchKeys();
  const follow = (collection: number): void => {
    const connection = connectionOf(
      createFaunaClient({
        endpoint: servers.fauna.url,
        userId: "ada",
        getToken: () => servers.token("ada"),
      }),
    );
    const { identity } = connection.identityStore.current();
    const source = fql([`${collectionOf(collection)}.all().eventSource()`]);
    const life = new AbortController();
    onTestFinished(() => life.abort());
    followEvents(connection, identity, source as never, listener, life.signal);
  };
  for (const [index, collection] of [0, 1, 0].entries()) {
    follow(collection);
    await eventually(() => expect(keys()).toHaveLength(index + 1));
  }
  const [first, second, third] = keys();
  expect(third).toBe(first);
  expect(second).not.toBe(first);
});
