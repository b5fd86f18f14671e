import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import fc from "fast-check";
import { fql, type Page, type Query } from "fauna";
import {
  createFaunaClient,
  faunaLiveQueryOptions,
  faunaMutationOptions,
  isMaybeApplied,
} from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import "../../../src/cache/optimistic-layers";
import { findQuery } from "../../../src/cache/tanstack";
import { connectionOf } from "../../../src/client/connection";
import { followQuery, PLAIN } from "../../../src/live/live-query";
import "../../../src/live/on-demand";
import { runs } from "../../support/runs";
import { makeToken } from "../../support/token";
import { type Pending, ScriptedServer } from "./scripted-server";

type Row = { id: string; title: string; n: number };

const todos = fql<Page<Row>>`Todo.all().pageSize(1000)` as Query<any>; // any: of what the driver takes for a value

const outcome = fc.constantFrom(
  ...(["applied", "applied", "applied", "refused", "contended", "lost"] as const),
);
const which = fc.nat({ max: 9 });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("append", "count") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("other", "otherCounts", "remove") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("refetch", "invalidate", "cancel") }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("execute"), which, outcome }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("deliver"), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("stream"), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut") }) },
);

const schedule = fc.array(action, { minLength: 5, maxLength: 30 });

interface Action {
  readonly do:
    | ("append" | "count")
    | ("other" | "otherCounts" | "remove")
    | ("refetch" | "invalidate" | "cancel")
    | ("execute" | "deliver" | "stream" | "cut");
  readonly which?: number;
  readonly outcome?: Parameters<ScriptedServer["execute"]>[1];
}

/** An app with one list on the screen, which its user writes to. */
class App {
  readonly server = new ScriptedServer(["first", "second", "third"]);
  readonly cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly problems: string[] = [];
  readonly #client = createFaunaClient({
    endpoint: "http://localhost:8443",
    getToken: () => Promise.resolve(makeToken({ sub: "ada" })),
    userId: "ada",
  });
  /** Titles that were confirmed, and those that certainly were not written. */
  readonly #confirmed = new Set<string>();
  readonly #failed = new Set<string>();
  /** How many counting writes were confirmed, and how many may be on the screen. */
  #counted = 0;
  #counting = 0;
  #writes = 0;
  readonly #leave: (() => void)[] = [];

  /** @param isRefetched - whether a component shows the list, so that it is refetched after a write. */
  constructor(
    readonly isLive: boolean,
    isRefetched: boolean,
  ) {
    vi.stubGlobal("fetch", this.server.fetch);
    const connection = connectionOf(this.#client);
    const { identity } = connection.identityStore.current();
    const scope = { connection, identity, cache: this.cache };
    const keep = { gcTime: Infinity };
    if (isLive) {
      const [listener, latest] = [() => {}, () => keep];
      const follower = { kind: PLAIN, scope, query: todos, options: keep, listener, latest };
      this.#leave.push(followQuery(follower));
    } else void this.cache.prefetchQuery({ ...this.#options, ...keep });
    if (isRefetched)
      this.#leave.push(new QueryObserver(this.cache, this.#options).subscribe(() => {}));
    this.cache.getQueryCache().subscribe(() => {
      // Within an event, data that was fetched is not below the updates yet. Nothing renders before this.
      queueMicrotask(() => queueMicrotask(() => this.#look()));
    });
  }

  get #options() {
    return faunaLiveQueryOptions({ client: this.#client }, todos);
  }

  get rows(): readonly Row[] | undefined {
    const query = findQuery(this.cache, this.#options.queryKey);
    return (query?.state.data as Page<Row> | undefined)?.data;
  }

  #look(): void {
    const { rows } = this;
    if (!rows) return;
    const titles = rows.map(({ title }) => title);
    const report = (what: string): void => void this.problems.push(`${what}: ${titles.join(", ")}`);
    if (new Set(titles).size < titles.length) report("a row twice");
    for (const title of this.#confirmed) if (!titles.includes(title)) report(`without ${title}`);
    for (const title of this.#failed) if (titles.includes(title)) report(`still ${title}`);
    const n = rows.find(({ title }) => title === "first")?.n ?? 0;
    if (n < this.#counted) report(`${n} of ${this.#counted} counted`);
    if (n > this.#counting) report(`${n} counted of ${this.#counting}`);
  }

  #write(op: "append" | "count"): void {
    const title = `own${++this.#writes}`;
    if (op === "count") this.#counting++;
    const options = faunaMutationOptions(
      { client: this.#client },
      () => fql([`${op}("${title}")`]) as Query<string>,
      {
        retryDelay: 0,
        optimistic: (cache) =>
          cache.update(todos, (page: Page<Row>) => ({
            ...page,
            data:
              op === "append"
                ? [...page.data, { id: `new-${title}`, title, n: 0 }]
                : page.data.map((row) => (row.title === "first" ? { ...row, n: row.n + 1 } : row)),
          })),
      },
    );
    const succeed = (): void => {
      if (op === "append") this.#confirmed.add(title);
      else this.#counted++;
    };
    const fail = (error: unknown): void => {
      if (isMaybeApplied(error)) return;
      if (op === "append") this.#failed.add(title);
      else this.#counting--;
    };
    new MutationObserver(this.cache, options).mutate().then(succeed, fail);
  }

  async do({ do: what, which = 0, outcome = "applied" }: Action): Promise<void> {
    const { server, cache } = this;
    const options = this.#options;
    const one = (isExecuted: boolean): Pending | undefined => {
      const all = server.pending.filter(({ answer }) => !!answer === isExecuted);
      return all[which % all.length];
    };
    const perform: Record<Action["do"], () => unknown> = {
      append: () => this.#write("append"),
      count: () => this.#write("count"),
      other: () => server.append(`other${++this.#writes}`),
      otherCounts: () => {
        this.#counting++;
        server.count();
      },
      remove: () => server.remove(2),
      refetch: () =>
        findQuery(cache, options.queryKey)
          ?.fetch(options as never, { cancelRefetch: true })
          .catch(() => {}),
      invalidate: () => cache.invalidateQueries({ refetchType: "all" }),
      cancel: () => cache.cancelQueries(),
      execute: () => server.execute(one(false), outcome),
      deliver: () => server.deliver(one(true)),
      stream: () => server.stream(which),
      cut: () => server.cut(),
    };
    void perform[what]();
    await settle();
  }

  /** Lets everything come that is under way, until nothing is. */
  async finish(): Promise<void> {
    const { server } = this;
    for (let idle = 0; idle < 5; idle++) {
      for (const pending of [...server.pending]) {
        idle = 0;
        server.execute(pending, "applied");
        server.deliver(pending);
        await settle();
      }
      server.stream();
      await settle(1000);
    }
  }

  /** What a fresh query would answer must be on the screen. Without events, others' changes come with a refetch only. */
  async agree(): Promise<void> {
    if (!this.isLive || this.rows === undefined) await this.do({ do: "refetch" });
    await this.finish();
    const shown = this.rows?.map(({ title, n }) => `${title} ${n}`);
    const real = [...this.server.rows.values()].map(({ title, n }) => `${title} ${n}`);
    expect(shown).toEqual(real);
    const record = findQuery(this.cache, this.#options.queryKey);
    expect(record?.state.fetchStatus).toBe("idle");
  }

  end(): void {
    for (const leave of this.#leave) leave();
    this.cache.clear();
  }
}

/** Lets time pass, and everything happen that does not wait for the server. */
async function settle(ms = 20): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await vi.advanceTimersByTimeAsync(ms / 2);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.each([
  { what: "answers", isLive: false },
  { what: "answers and events", isLive: true },
])(
  "in whatever order writes and their $what come, no frame shows a write twice or loses one that was confirmed",
  async ({ isLive }) => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
    });
    onTestFinished(() => {
      vi.useRealTimers();
      vi.unstubAllGlobals();
    });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), schedule, async (isRefetched, actions) => {
        const app = new App(isLive, isRefetched);
        await settle();
        for (const each of actions) await app.do(each);
        await app.finish();
        expect(app.problems).toEqual([]);
        await app.agree();
        expect(app.problems).toEqual([]);
        app.end();
      }),
      runs(60),
    );
  },
);
