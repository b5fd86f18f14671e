import { throwIfAborted } from "../../../src/auth/signals";
import { sleep } from "../../../src/live/sleep";

/** How late slow answers are: later, and they would be given up. */
const SLOW_MS = { query: 9000, page: 9000, feed: 25_000, stream: 25_000 };
const TXN = 1_700_000_000_000_000;

/** What a server may answer to any request. */
const TROUBLE = ["401", "403", "429", "503", "400", "drop", "hang", "slow", "text"] as const;
export const QUERY_ANSWERS = [
  "data",
  "noSource",
  "nullSource",
  "noTime",
  "null",
  ...TROUBLE,
] as const;
/** To the requests for later pages of a list. */
export const PAGE_ANSWERS = ["data", "invalidCursor", "404", ...TROUBLE] as const;
export const FEED_ANSWERS = ["nothing", "change", "endless", "badEvent", ...TROUBLE] as const;
export const STREAM_ANSWERS = [
  ...(["open", "busy", "end", "changeEnd", "loss", "changeLoss", "badEvent"] as const),
  ...TROUBLE,
] as const;

/** What a server answers to each kind of request: each in turn, again and again. */
export interface Answers {
  readonly query: readonly (typeof QUERY_ANSWERS)[number][];
  readonly page: readonly (typeof PAGE_ANSWERS)[number][];
  readonly feed: readonly (typeof FEED_ANSWERS)[number][];
  readonly stream: readonly (typeof STREAM_ANSWERS)[number][];
}

const CODES: Readonly<Record<string, string>> = {
  "403": "forbidden",
  invalidCursor: "invalid_cursor",
};

const lines = (events: readonly object[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

const failure = (code: string): object => ({
  type: "error",
  error: { code, message: code },
  stats: {},
});

/** Stands in place of `fetch`: it answers as it is told, and knows when it was asked. */
export class AnsweringServer {
  readonly askedAt: number[] = [];
  readonly #turns = { query: 0, page: 0, feed: 0, stream: 0 };
  #txn = TXN;

  constructor(readonly answers: Answers) {}

  readonly fetch = async (url: string, { signal, body }: RequestInit): Promise<Response> => {
    this.askedAt.push(Date.now());
    const [, path] = /\/(query|feed|stream)\/1$/.exec(url) as unknown as [string, keyof Answers];
    const kind = String(body).includes("Set.paginate") ? "page" : path;
    const all = this.answers[kind];
    const how = all[this.#turns[kind]++ % all.length] as string;
    if (how === "drop") throw new TypeError("Failed to fetch");
    if (how === "hang")
      return new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      });
    if (how === "slow") await sleep(SLOW_MS[kind], signal as AbortSignal);
    throwIfAborted(signal as AbortSignal);
    if (how === "text") return new Response("<html>");
    const status = how === "invalidCursor" ? 400 : Number(how);
    if (status) {
      const error = { code: CODES[how] ?? "simulated", message: how };
      return Response.json({ error, summary: "" }, { status });
    }
    if (kind === "page") return this.#answer({ data: [], after: "next" });
    if (kind === "query") return this.#query(how, String(body).split(/let set\d+: /).length - 1);
    return kind === "feed" ? this.#feed(how) : this.#stream(how, signal);
  };

  /** @param sets - how many there are in `on`. */
  #query(how: string, sets: number): Response {
    const rows = { "@set": { data: [], after: "next" } };
    const sources = Array.from({ length: sets || 1 }, (_, index) => ({ "@stream": `s${index}` }));
    const source = how === "noSource" ? {} : { source: how === "nullSource" ? null : sources };
    const data = how === "null" ? null : { data: rows, ...source };
    return this.#answer(data, how !== "noTime");
  }

  #answer(data: unknown, hasTime = true): Response {
    return Response.json({ data, stats: {}, ...(hasTime && { txn_ts: this.#txn }) });
  }

  #feed(how: string): Response {
    const events = {
      change: [this.#change()],
      endless: [this.#change()],
      badEvent: [failure("x")],
    };
    return Response.json({
      events: events[how as keyof typeof events] ?? [],
      cursor: String(this.#txn),
      has_next: how === "endless" || how === "badEvent",
      stats: {},
    });
  }

  #stream(how: string, signal: AbortSignal | null | undefined): Response {
    const cursor = String(this.#txn);
    const events: object[] = [{ type: "status", txn_ts: this.#txn, cursor, stats: {} }];
    if (how.startsWith("change")) events.push(this.#change());
    if (how === "badEvent") events.push(failure("x"));
    if (/loss/i.test(how)) events.push(failure("permission_loss"));
    if (how !== "open" && how !== "busy") return new Response(lines(events));
    const encoder = new TextEncoder();
    return new Response(
      new ReadableStream({
        start: (controller) => {
          const write = (all: readonly object[]): void =>
            controller.enqueue(encoder.encode(lines(all)));
          write(events);
          const timer = setInterval(() => how === "busy" && write([this.#change()]), 700);
          signal?.addEventListener("abort", () => {
            clearInterval(timer);
            controller.error(signal.reason);
          });
        },
      }),
    );
  }

  #change(): object {
    const txn = ++this.#txn;
    const [id, ts] = [String(txn).slice(-6), { "@time": "2026-01-01T00:00:00Z" }];
    const doc = { id, coll: { "@mod": "Todo" }, ts };
    return { type: "add", data: { "@doc": doc }, txn_ts: txn, cursor: String(txn), stats: {} };
  }
}
