import fc from "fast-check";

/** A write to the app's collection, which is one transaction. */
export type Write =
  | {
      readonly do: "put";
      readonly id: number;
      readonly owner: 0 | 1;
      readonly shared: boolean;
      readonly fields: Fields;
    }
  | { readonly do: "delete"; readonly id: number }
  /** So many new documents at once. */
  | {
      readonly do: "burst";
      readonly owner: 0 | 1;
      readonly done: boolean;
      readonly count: number;
    };

/** Fields of a document, by which queries filter and order. */
export interface Fields {
  readonly done: boolean;
  readonly n: number;
}

/** What can go wrong with an answer. */
export type Trouble = "401" | "429" | "500" | "503" | "drop";

/** One thing that happens to an app, its server or its network. */
export type Action =
  | Write
  | { readonly do: "become"; readonly who: 0 | 1 | null }
  | { readonly do: "show"; readonly which: number; readonly shown: boolean }
  | { readonly do: "cut" | "end" | "status" | "silence" }
  | { readonly do: "fail"; readonly code: string }
  | {
      readonly do: "answer";
      readonly path: "/stream/1" | "/feed/1" | "/query/1";
      readonly how: Trouble;
      readonly times: number;
    }
  | { readonly do: "token"; readonly how: "null" | "reject" | "late" }
  | { readonly do: "wait"; readonly ms: number };

/** What happens to the page that all apps are on. */
export type PageAction =
  | { readonly do: "hide" | "show" | "offline" | "online" }
  | { readonly do: "silence" | "sleep" }
  | { readonly do: "wait"; readonly ms: number };

/** How an app is set up and what happens to it. */
export interface Schedule {
  readonly transport: "auto" | "stream" | "feed";
  /** Milliseconds. */
  readonly pauseWhenHiddenFor: number;
  /** Of tokens, in seconds. */
  readonly lifetime: number;
  readonly actions: readonly Action[];
}

const id = fc.integer({ min: 1, max: 12 });
const owner = fc.constantFrom(0 as const, 1 as const);
const fields = fc.record({
  done: fc.boolean(),
  n: fc.integer({ min: 0, max: 4 }),
});
const wait = fc.record({
  do: fc.constant("wait" as const),
  ms: fc.integer({ min: 1, max: 1200 }),
});

const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("put" as const),
      id,
      owner,
      shared: fc.boolean(),
      fields,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("delete" as const), id }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("burst" as const),
      owner,
      done: fc.boolean(),
      count: fc.constantFrom(3, 20, 150),
    }),
  },
);

const trouble: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("cut", "end", "status", "silence") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("fail"),
      code: fc.constantFrom("permission_loss", "stream_replay_volume_exceeded", "stream_overflow"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("answer"),
      path: fc.constantFrom("/stream/1", "/feed/1", "/query/1"),
      how: fc.constantFrom("401", "429", "500", "503", "drop"),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("token"),
      how: fc.constantFrom("null", "reject", "late"),
    }),
  },
) as fc.Arbitrary<Action>;

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: write },
  { weight: 4, arbitrary: trouble },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("become"),
      who: fc.constantFrom(0, 1, null),
    }) as fc.Arbitrary<Action>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("show" as const),
      which: fc.nat(),
      shown: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: wait },
);

/** A random set-up with a random course of things. */
export const schedule: fc.Arbitrary<Schedule> = fc.record({
  transport: fc.constantFrom("auto", "stream", "feed"),
  pauseWhenHiddenFor: fc.constantFrom(100, 60_000),
  lifetime: fc.constantFrom(2, 5, 3600),
  actions: fc.array(action, { minLength: 5, maxLength: 25 }),
});

/** A random course of what happens to a page. */
export const pageActions: fc.Arbitrary<PageAction[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: wait },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom("hide", "show", "offline", "online", "silence", "sleep"),
      }),
    },
  ) as fc.Arbitrary<PageAction>,
  { maxLength: 12 },
);
