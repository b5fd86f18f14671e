import { json, type Handler, type LocalRequest, type LocalResponse } from "./exchange";

/** Which requests a fault meets: those to this path, or those for which the function returns true. */
export type FaultMatch = string | RegExp | ((request: LocalRequest) => boolean);

/** Which requests a fault meets. */
export interface FaultOptions {
  /**
   * Which requests; a string is the exact path.
   * @default all but CORS preflights
   */
  match?: FaultMatch;
  /**
   * How many matching requests; later ones are answered normally.
   * @default 1
   */
  times?: number;
}

/** An answer given instead of the server's own. A body that is not text is sent as JSON. */
export interface FaultResponse {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** A fault that was switched on. */
export interface Fault {
  /** How many requests met it so far. */
  readonly hits: number;
  /** Switches it off before its `times` are used up. Requests already held stay held. */
  stop(): void;
}

/** Answers that wait for {@link HoldFault.release}. */
export interface HoldFault extends Fault {
  /** Resolves as soon as this many requests are (or were) held. */
  reached(count?: number): Promise<void>;
  /** Lets the held requests go on, and meets no further ones. */
  release(): void;
}

type Disturb = (
  request: LocalRequest,
  next: () => Promise<LocalResponse>,
) => Promise<LocalResponse>;

interface Entry {
  matches(request: LocalRequest): boolean;
  left: number;
  hits: number;
  disturb: Disturb;
}

/**
 * Disturbs a local server's answers on purpose, to test how a program bears it.
 * Faults that are on at the same time add up, the one switched on first being the outermost.
 *
 * @example
 * ```ts
 * const { faults } = await startLocalFauna();
 * faults.respond({ status: 503, body: { error: { code: "time_out", message: "…" } } }, { times: 2 });
 * const held = faults.hold({ match: "/query/1" });
 * await held.reached(); // the request has arrived and its query has run
 * held.release();
 * ```
 */
export class Faults {
  #entries: Entry[] = [];
  #holds = new Set<HoldFault>();
  #aborted = 0;

  /** How many requests their client gave up: its socket (or HTTP/2 stream) closed before the answer was sent. */
  get aborted(): number {
    return this.#aborted;
  }

  /** Answers with this instead; the server's own handler does not run. */
  respond(response: FaultResponse, options: FaultOptions = {}): Fault {
    return this.#add(options, () => Promise.resolve(answerOf(response)));
  }

  /** Waits this many milliseconds before the handler runs. */
  delay(milliseconds: number, options: FaultOptions = {}): Fault {
    return this.#add(options, async (request, next) => {
      await pause(milliseconds, request.signal);
      return next();
    });
  }

  /** Cuts the connection, `"before"` or `"after"` the handler has run (so a write was applied, or not). */
  drop(when: "before" | "after", options: FaultOptions = {}): Fault {
    return this.#add(options, async (_request, next) => {
      if (when === "after") await next();
      return { status: 0, drop: true };
    });
  }

  /** Holds requests `"before"` the handler runs, or (by default) their answers `"after"` it has. */
  hold(options: FaultOptions & { when?: "before" | "after" } = {}): HoldFault {
    const gate = new Gate();
    const fault = this.#add(options, async (request, next) => {
      if (options.when === "before") {
        await gate.wait(request.signal);
        return next();
      }
      const response = await next();
      await gate.wait(request.signal);
      return response;
    });
    const hold: HoldFault = {
      get hits() {
        return fault.hits;
      },
      stop: () => fault.stop(),
      reached: (count = 1) => gate.reached(count),
      release: () => {
        fault.stop();
        gate.open();
        this.#holds.delete(hold);
      },
    };
    this.#holds.add(hold);
    return hold;
  }

  /** Switches every fault off and releases what is held. */
  clear(): void {
    this.#entries = [];
    for (const hold of [...this.#holds]) hold.release();
  }

  /** Runs a handler under the faults that are on. For every local server. */
  async run(request: LocalRequest, handler: Handler): Promise<LocalResponse> {
    request.signal.addEventListener("abort", () => this.#aborted++, { once: true });
    const met = this.#entries.filter((entry) => entry.left > 0 && entry.matches(request));
    for (const entry of met) {
      entry.left--;
      entry.hits++;
    }
    this.#entries = this.#entries.filter((entry) => entry.left > 0);
    const chain = met.reduceRight(
      (next, entry) => () => entry.disturb(request, next),
      () => handler(request),
    );
    return chain();
  }

  #add({ match, times = 1 }: FaultOptions, disturb: Disturb): Fault {
    const entry: Entry = { matches: matcher(match), left: times, hits: 0, disturb };
    this.#entries.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      stop: () => {
        entry.left = 0;
      },
    };
  }
}

/** Something that many wait for and one opens, once and for ever. */
class Gate {
  #arrived = 0;
  #waiting = new Set<() => void>();
  #watchers: { count: number; resolve: () => void }[] = [];
  #open = false;

  async wait(signal: AbortSignal): Promise<void> {
    this.#arrived++;
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (this.#arrived >= count) resolve();
      return this.#arrived < count;
    });
    if (this.#open || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  reached(count: number): Promise<void> {
    if (this.#arrived >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  open(): void {
    this.#open = true;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function matcher(match: FaultMatch | undefined): (request: LocalRequest) => boolean {
  if (match === undefined) return (request) => request.method !== "OPTIONS";
  if (typeof match === "function") return match;
  return ({ path }) => (typeof match === "string" ? path === match : path.search(match) >= 0);
}

function answerOf({ status, body, headers }: FaultResponse): LocalResponse {
  if (body !== undefined && typeof body !== "string") return json(status, body, headers);
  return { status, body: body ?? "", ...(headers ? { headers } : {}) };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
