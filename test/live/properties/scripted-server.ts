/** A document of the scripted server. `n` counts the writes that were counted on it. */
export interface ServerRow {
  readonly id: number;
  readonly title: string;
  readonly n: number;
  readonly ts: number;
}

/** A write, as it stands in the query's text. */
export interface WriteRequest {
  readonly op: "append" | "count";
  readonly title: string;
}

type Outcome = "applied" | "refused" | "contended" | "lost";

/** A request that the test executes and answers when it wants to. */
export interface Pending {
  readonly write: WriteRequest | undefined;
  /** What the server has made of it. */
  answer?: () => Response;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

const json = (body: object, status = 200): Response => Response.json(body, { status });

/**
 * Stands in place of `fetch`: one collection whose transactions have times. The test decides when a request is
 * executed, when its answer comes, and when the events come.
 */
export class ScriptedServer {
  readonly rows = new Map<number, ServerRow>();
  readonly pending: Pending[] = [];
  #txn = 1_700_000_000_000_000;
  #lastId = 0;
  readonly #log: { readonly txn: number; readonly line: object }[] = [];
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #streamed = 0;

  constructor(titles: readonly string[]) {
    for (const title of titles) this.append(title);
  }

  append(title: string): void {
    const id = ++this.#lastId;
    this.#commit("add", { id, title, n: 0, ts: ++this.#txn });
  }

  count(): void {
    const row = this.rows.get(1);
    if (row) this.#commit("update", { ...row, n: row.n + 1, ts: ++this.#txn });
  }

  remove(id: number): void {
    const row = this.rows.get(id);
    this.rows.delete(id);
    if (row) this.#tell("remove", row, ++this.#txn);
  }

  #commit(type: string, row: ServerRow): void {
    this.rows.set(row.id, row);
    this.#tell(type, row, row.ts);
  }

  #tell(type: string, row: ServerRow, txn: number): void {
    const line = { type, data: wire(row), txn_ts: txn, cursor: String(txn), stats: {} };
    this.#log.push({ txn, line });
  }

  readonly fetch = (url: string, { body, signal }: RequestInit): Promise<Response> => {
    const sent = JSON.parse(body as string) as { cursor?: string; token: string; query: unknown };
    const cursor = sent.cursor ?? sent.token;
    if (url.endsWith("/stream/1")) return Promise.resolve(this.#open(cursor, signal));
    if (url.endsWith("/feed/1")) return Promise.resolve(this.#feed(cursor));
    return new Promise((resolve, reject) => {
      const text = JSON.stringify(sent.query);
      const [, op, title] = /(append|count)\(\\?"([^"\\]*)/.exec(text) ?? [];
      const write = op === undefined ? undefined : ({ op, title } as WriteRequest);
      const pending: Pending = { write, resolve, reject };
      this.pending.push(pending);
      signal?.addEventListener("abort", () => {
        this.#forget(pending);
        reject(signal.reason as Error);
      });
    });
  };

  /** Executes a request now, so that its answer is of this moment. */
  execute(pending: Pending | undefined, outcome: Outcome): void {
    if (!pending || pending.answer) return;
    const { write } = pending;
    if (write && (outcome === "applied" || outcome === "lost"))
      if (write.op === "append") this.append(write.title);
      else this.count();
    const txn = this.#txn;
    const failed = (status: number, code: string) => () =>
      json({ error: { code, message: code }, txn_ts: txn, summary: "", stats: {} }, status);
    const data = write ? "done" : { "@set": { data: [...this.rows.values()].map(wire) } };
    const success = () => {
      const answer = write ? data : { data, source: { "@stream": String(txn) } };
      return json({ data: answer, txn_ts: txn, summary: "", stats: {} });
    };
    if (!write || outcome === "applied") pending.answer = success;
    else if (outcome === "refused") pending.answer = failed(400, "constraint_failure");
    else if (outcome === "contended") pending.answer = failed(409, "contended_transaction");
    else
      pending.answer = () => {
        throw new TypeError("Lost.");
      };
  }

  /** Lets the answer of an executed request come. */
  deliver(pending: Pending | undefined): void {
    if (!pending?.answer) return;
    this.#forget(pending);
    try {
      pending.resolve(pending.answer());
    } catch (error) {
      pending.reject(error);
    }
  }

  /** Lets the next events come; all of them without a number. */
  stream(count = Infinity): void {
    if (!this.#stream) return;
    const next = this.#log.slice(this.#streamed, this.#streamed + count);
    this.#streamed += next.length;
    for (const { line } of next) this.#write(line);
  }

  /** Ends the stream. */
  cut(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #forget(pending: Pending): void {
    const index = this.pending.indexOf(pending);
    if (index >= 0) this.pending.splice(index, 1);
  }

  #after(cursor: string): number {
    const index = this.#log.findIndex(({ txn }) => txn > Number(cursor));
    return index < 0 ? this.#log.length : index;
  }

  #feed(cursor: string): Response {
    const events = this.#log.slice(this.#after(cursor)).map(({ line }) => line);
    const last = this.#log.at(-1)?.txn ?? cursor;
    return json({ events, cursor: String(last), has_next: false, stats: {} });
  }

  #open(cursor: string, signal: AbortSignal | null | undefined): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
        this.#streamed = this.#after(cursor);
        const txn = this.#log[this.#streamed - 1]?.txn ?? this.#txn;
        this.#write({ type: "status", txn_ts: txn, cursor: String(txn), stats: {} });
        signal?.addEventListener("abort", () => {
          if (this.#stream !== controller) return;
          this.#stream = undefined;
          controller.error(signal.reason);
        });
      },
    });
    return new Response(body);
  }

  #write(line: object): void {
    this.#stream?.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
  }
}

const wire = ({ id, title, n, ts }: ServerRow): object => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": `${new Date(ts / 1000).toISOString().slice(0, 19)}.${String(ts).slice(-6)}Z` },
    title,
    n: { "@int": String(n) },
  },
});
