import { QueryClient, type Query as CachedQuery } from "@tanstack/react-query";
import { fql } from "fauna";
import { onTestFinished, vi } from "vitest";

import type { Connection } from "../../src/client/connection";
import type { FollowedQuery } from "../../src/live/followed-query";
import { type Follower, followQuery, PLAIN } from "../../src/live/live-query";
import { onDemand } from "../../src/live/load-on-demand";
import { EventServer, stopTime } from "./event-server";

export const todos = fql`Todo.all()`;

/** A server, a cache, and live queries of which no more runs than what loads at once. Time stands still. */
export function setUpFollowing() {
  const pass = stopTime();
  const [server, cache] = [new EventServer(), new QueryClient()];
  /** The live queries whose code has started. */
  const followed: FollowedQuery[] = [];
  server.answer = () => {
    const data = { data: "rows", source: [{ "@stream": "source" }] };
    return Response.json({ data, static_type: "Any", summary: "", txn_ts: 5, stats: {} });
  };
  function LiveUpdater(query: FollowedQuery): void {
    followed.push(query);
  }
  const load = vi.spyOn(onDemand, "load").mockResolvedValue({ LiveUpdater } as never);
  onTestFinished(() => load.mockRestore());

  /** Follows a query until the test ends. */
  function follow(given: Partial<Follower> & { connection?: Connection } = {}) {
    const { connection = server.connect(), ...more } = given;
    const { identity } = connection.identityStore.current();
    const listener = vi.fn<Follower["listener"]>();
    const onRemoved = vi.fn();
    const options = more.options ?? {};
    const scope = { connection, identity, cache };
    const base = { kind: PLAIN, scope, query: todos, options, latest: () => options };
    const leave = followQuery({ ...base, listener, onRemoved, ...more });
    onTestFinished(leave);
    return { connection, listener, onRemoved, leave };
  }

  const cachedQuery = (): CachedQuery => cache.getQueryCache().getAll()[0]!;
  return { pass, server, cache, followed, follow, cachedQuery };
}
