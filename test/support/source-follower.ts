import { onTestFinished, vi } from "vitest";

import type { Connection, FaunaLiveSettings } from "../../src/client/connection";
import type { EventSink } from "../../src/live/event-sink";
import { EventStream } from "../../src/live/event-stream";
import type { ReadEvent } from "../../src/live/event-types";
import { firstStatus, type LiveStatus } from "../../src/live/live-info";
import { advancePlace, type Position } from "../../src/live/position";
import type { EventServer } from "./event-server";
import { untilIdle } from "./idle";

/** Who follows a source, and from where. */
export interface FollowSourceOptions {
  readonly live?: FaunaLiveSettings;
  /** One that has followers already. */
  readonly connection?: Connection;
  /** `null`: there is no snapshot yet. */
  readonly position?: Position | null;
  /** Further claims of each token. */
  readonly claims?: () => object;
}

/** Follows a source by an `EventStream` until the test ends. What it hears and asks for the test sees. */
export async function followSource(
  server: EventServer,
  {
    live,
    claims,
    connection = server.connect(live, claims),
    position = { token: "source", cursor: "c0" },
  }: FollowSourceOptions = {},
) {
  const { identity } = connection.identityStore.current();
  const sink = {
    source: "todos",
    status: firstStatus("loading"),
    position: position ?? undefined,
    fetchSnapshot: vi.fn<() => Promise<unknown>>(async () => {
      sink.position = { token: "source", cursor: "fetched" };
    }),
    onStatus: vi.fn((next: LiveStatus) => void (sink.status = next)),
    onRightsChange: vi.fn(),
    onPositionRejected: vi.fn(),
    budget: {
      waitMs: vi.fn((_requests?: number) => 0),
      beforeSend: vi.fn<() => Response | undefined>(),
    },
  };
  const events: ReadEvent[] = [];
  const apply = vi.fn<(read: readonly ReadEvent[]) => unknown>((read) => {
    events.push(...read);
    if (sink.position) advancePlace(sink.position, read);
  });
  const ending = new AbortController();
  const scope = { connection, identity };
  const stream = new EventStream(scope, sink as object as EventSink, apply, ending.signal);
  onTestFinished(() => ending.abort());
  await untilIdle();
  return {
    ...{ stream, sink, apply, ending, scope },
    /** The cursors of all events so far that were applied. */
    cursors: () => events.map(({ cursor }) => cursor),
    /** What users see. */
    shown: () => `${sink.status.live} ${sink.status.info.reason}`,
  };
}
