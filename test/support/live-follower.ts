import { fql, type QueryValue } from "fauna";
import {
  createFaunaClient,
  type FaunaEvent,
  type FaunaLiveSettings,
  type FaunaLiveState,
  type FaunaLiveUpdate,
  subscribeFauna,
} from "fauna-clerk";
import { onTestFinished } from "vitest";

import type { FastClock } from "./live-clock";
import { type LiveServers, userIn } from "./live-servers";

/** Somebody who follows a query by `subscribeFauna`. */
export interface Follower {
  readonly latest: FaunaLiveUpdate<QueryValue> | undefined;
  /** Every event that was applied, oldest first. */
  readonly events: readonly FaunaEvent[];
  /** The paths of the requests so far that followed the query. The servers have to record. */
  readonly asked: readonly string[];
  /** Resolves once it has been told this state. */
  is(state: FaunaLiveState): Promise<void>;
  /** Resolves once it is live with what a fresh query answers; `ms` is the longest that it may take. */
  agrees(ms?: number): Promise<void>;
}

/** Who follows, and how. */
export interface FollowOptions {
  readonly user: string;
  /** Of tokens, in seconds. */
  readonly lifetime?: number;
  /** Of tokens, as they are when one is made. */
  readonly claims?: object;
  readonly live?: FaunaLiveSettings;
}

/** Follows a query, written as text, until the test ends. Resolves when it is live. */
export async function followLive(
  { fauna, token }: LiveServers,
  clock: FastClock,
  text: string,
  { user, lifetime = 3600, claims, live }: FollowOptions,
): Promise<Follower> {
  const query = fql<QueryValue>([text]);
  const getToken = (): Promise<string> => token(user, lifetime, claims);
  const client = createFaunaClient({ endpoint: fauna.url, live, getToken });
  const events: FaunaEvent[] = [];
  let latest: FaunaLiveUpdate<QueryValue> | undefined;
  const stop = subscribeFauna(client, query, (update) => {
    latest = update;
    events.push(...update.events);
  });
  onTestFinished(stop);

  const follower: Follower = {
    events,
    get latest() {
      return latest;
    },
    get asked() {
      return fauna.requests
        .filter(({ headers, body }) => userIn(headers) === user && isFollowing(body))
        .map(({ path }) => path);
    },
    is: (state) =>
      clock.until(
        () => latest?.live === state,
        () => `${state}, but ${latest?.live}`,
      ),
    async agrees(ms) {
      const { data } = await client.query(query);
      const fresh = JSON.stringify(data);
      let [known, written]: [unknown, string] = [undefined, ""];
      await clock.until(
        () => {
          if (latest?.data !== known) written = JSON.stringify((known = latest?.data));
          return latest?.live === "live" && written === fresh;
        },
        () => `live with ${fresh}, but ${latest?.live} with ${written}`,
        ms,
      );
    },
  };
  await follower.is("live");
  return follower;
}

/** Whether a request is for events, or for data with the source of their events. */
const isFollowing = (body: unknown): boolean =>
  !Object.hasOwn(Object(body) as object, "query") || JSON.stringify(body).includes("eventSource");
