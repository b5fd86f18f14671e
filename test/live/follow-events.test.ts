// @vitest-environment jsdom
import { fql } from "fauna";
import { createFaunaClient } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { connectionOf } from "../../src/client/connection";
import { followEvents } from "../../src/live/follow-events";
import { eventually } from "../support/eventually";
import { collectionOf, startLiveServers } from "../support/live-servers";

const listener = { onEvent: () => {}, onError: () => {}, onStatus: () => {} };

/** The keys by which tabs say hello from now on. */
function watchKeys(): string[] {
  const keys: string[] = [];
  vi.stubGlobal(
    "BroadcastChannel",
    class extends BroadcastChannel {
      override postMessage(message: { type: string; key?: string }): void {
        super.postMessage(message);
        if (message.type === "hello" && message.key) keys.push(message.key);
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  return keys;
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
    await eventually(() => expect(keys).toHaveLength(index + 1));
  }
  expect(keys[2]).toBe(keys[0]);
  expect(keys[1]).not.toBe(keys[0]);
});
