import { fql, type Page, type Query } from "fauna";
import {
  useFaunaLiveQuery,
  type UseFaunaLiveQueryOptions,
  type UseFaunaLiveQueryResult,
} from "fauna-clerk";

import { success } from "./fake-answers";
import {
  createFakeStream,
  type FakeAnswer,
  type FakeFauna,
  type FakeStream,
  type ReceivedRequest,
} from "./fake-fauna";

export interface Todo {
  readonly id: string;
  readonly title: string;
}

export const todos: Query<Page<Todo & any>> = fql`Todo.all()`; // any: of what the driver takes for a value

/** The time of the snapshot; events come later. */
export const SNAPSHOT = 1_700_000_000_000_000;

/** With microseconds, which a Date does not have. */
const timeOf = (micros: number): string =>
  `${new Date(micros / 1000).toISOString().slice(0, 19)}.${String(micros).slice(-6)}Z`;

/** A version of a document as it goes over the wire. */
export const todo = (id: number, title: string, after = 0): object => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": timeOf(SNAPSHOT + after) },
    title,
  },
});

/** A server of one list, whose streams a test writes. */
export interface FakeLive {
  /** Every stream that was opened, oldest first. */
  readonly streams: readonly FakeStream[];
  /** What a fresh query answers. */
  rows: readonly object[];
  /** When a fresh query is read: so many microseconds after the snapshot. Rows that events told are no older than these. */
  after: number;
  /** The events that a feed gives to whoever asks, by the cursor that he sends. */
  readonly missed: Map<string | undefined, readonly object[]>;
  /** Answers instead of the above. */
  answer: (request: ReceivedRequest) => FakeAnswer | undefined;
  /** Requests so far to this path. */
  sent(path: string): readonly ReceivedRequest[];
}

export const status = (cursor: string): object => ({
  type: "status",
  txn_ts: SNAPSHOT,
  cursor,
  stats: {},
});

/** An event `after` so many microseconds; its cursor is `c` and that number. */
export const event = (type: string, data: object, after: number): object => ({
  type,
  data,
  txn_ts: SNAPSHOT + after,
  cursor: `c${after}`,
  stats: {},
});

export const failed = (code: string): object => ({
  type: "error",
  error: { code, message: code },
  stats: {},
});

/** Writes events to a stream. */
export const send = (stream: FakeStream | undefined, ...events: readonly object[]): void =>
  stream?.write(events.map((each) => `${JSON.stringify(each)}\n`).join(""));

export function serveLive(fauna: FakeFauna): FakeLive {
  const streams: FakeStream[] = [];
  const live: FakeLive = {
    streams,
    rows: [todo(1, "one"), todo(3, "three")],
    after: 0,
    missed: new Map(),
    answer: () => undefined,
    sent: (path) => fauna.requests.filter((request) => request.path === path),
  };
  fauna.respond = (request) => {
    const answer = live.answer(request);
    if (answer) return answer;
    const { cursor } = JSON.parse(request.body) as { cursor?: string };
    if (request.path === "/stream/1") {
      const stream = createFakeStream();
      streams.push(stream);
      send(stream, status(cursor ?? "c0"));
      return { stream };
    }
    if (request.path === "/feed/1") {
      const events = live.missed.get(cursor) ?? [];
      const last = events.at(-1) as { cursor?: string } | undefined;
      return { body: { events, cursor: last?.cursor ?? cursor, has_next: false, stats: {} } };
    }
    const data = { "@set": { data: live.rows } };
    return request.body.includes("eventSource")
      ? success(request, { data, source: { "@stream": "source" } }, SNAPSHOT + live.after)
      : success(request, data, SNAPSHOT + live.after);
  };
  return live;
}

export type Result = UseFaunaLiveQueryResult<Page<Todo & any>>; // any: as above

/** Shows the titles and the state, and keeps every result. */
export function Live({
  query = todos,
  options,
  seen,
}: {
  query?: Query<Page<Todo & any>> | null; // any: as above
  options?: UseFaunaLiveQueryOptions<Page<Todo & any>>; // any: as above
  seen?: Result[];
}) {
  const result = useFaunaLiveQuery(query, options);
  seen?.push(result);
  const { data, error, live } = result;
  const titles = data?.data.map(({ title }: Todo) => title).join(", ");
  return <p>{`${live}: ${error?.message ?? titles ?? "nothing"}`}</p>;
}
