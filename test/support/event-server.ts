import { onTestFinished, vi } from "vitest";

// Loaded on demand otherwise, which takes real time.
import "../../src/auth/refresh";
import {
  type Connection,
  createConnection,
  type FaunaLiveSettings,
} from "../../src/client/connection";
import { untilIdle } from "./idle";
import { signedIn } from "./signed-in";
import { claimsIn } from "./token";

/** A request for events. */
export interface Asked {
  readonly path: string;
  /** What was sent: token of the source, cursor … */
  readonly body: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly init: RequestInit;
}

/** A stream that a test writes. */
export interface OpenStream {
  readonly asked: Asked;
  readonly isOpen: boolean;
  /** Sends lines, each an object or a text. */
  readonly send: (...lines: readonly (object | string)[]) => void;
  readonly end: () => void;
}

/** An event of a transaction, as it goes over the wire. */
export const change = (txn: number, type = "add"): object => ({
  type,
  data: { id: String(txn) },
  txn_ts: txn,
  cursor: `c${txn}`,
  stats: {},
});

export const status = (cursor: string): object => ({
  type: "status",
  txn_ts: 0,
  cursor,
  stats: {},
});

/** A page of a feed. */
export const feedPage = (events: readonly object[], cursor: string, hasNext = false): Response =>
  Response.json({ events, cursor, has_next: hasNext, stats: {} });

/** An answer that refuses a request. */
export const refusal = (httpStatus: number, code: string): Response =>
  Response.json({ error: { code, message: code }, summary: "" }, { status: httpStatus });

/** Each test has a server of its own, so that none has the slots of another. */
let count = 0;

/** Stands in place of `fetch`, without sockets: a test decides what feeds answer and what streams bring. */
export class EventServer {
  readonly url = `http://event-server-${++count}.test`;
  readonly asked: Asked[] = [];
  readonly streams: OpenStream[] = [];
  /** Answers a request; undefined for what is usual: an empty page of a feed, or a stream that the test writes. */
  answer: (asked: Asked) => Response | Promise<Response> | undefined = () => undefined;

  /** A user who is signed in there. */
  connect(live?: FaunaLiveSettings, claims: () => object = () => ({})): Connection {
    const ada = signedIn("ada", claims);
    return createConnection(
      { endpoint: this.url, allowInsecureEndpoint: true, live },
      ada,
      this.fetch,
    );
  }

  /** The paths of all requests so far. */
  get paths(): string[] {
    return this.asked.map(({ path }) => path);
  }

  /** The streams that are open. */
  get open(): OpenStream[] {
    return this.streams.filter(({ isOpen }) => isOpen);
  }

  /** Sends events on the newest stream: without any the one that each stream begins with. For tests that stop time. */
  async send(...events: readonly object[]): Promise<void> {
    this.streams.at(-1)?.send(...(events.length ? events : [status("c0")]));
    await pass();
  }

  readonly fetch = (async (url: string, init: RequestInit): Promise<Response> => {
    const asked: Asked = {
      path: url.slice(this.url.length),
      body: JSON.parse(init.body as string) as Asked["body"],
      claims: claimsIn((init.headers as Record<string, string>)["authorization"] ?? ""),
      init,
    };
    this.asked.push(asked);
    const answer = this.answer(asked);
    if (answer) return answer;
    return asked.path === "/feed/1"
      ? feedPage([], String(asked.body["cursor"]))
      : this.#openStream(asked);
  }) as typeof fetch;

  #openStream(asked: Asked): Response {
    let isOpen = true;
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const textOf = (line: object | string): string =>
          typeof line === "string" ? line : `${JSON.stringify(line)}\n`;
        this.streams.push({
          asked,
          get isOpen() {
            return isOpen;
          },
          send: (...lines) => controller.enqueue(encoder.encode(lines.map(textOf).join(""))),
          end() {
            isOpen = false;
            controller.close();
          },
        });
      },
      cancel() {
        isOpen = false;
      },
    });
    return new Response(body);
  }
}

/** Until the test ends, time passes only when the test says so, by the returned function. */
export function stopTime(): (ms?: number) => Promise<void> {
  // Tokens count in seconds: where one ends is the same in each run.
  vi.useFakeTimers({ now: Math.ceil(Date.now() / 1000) * 1000 });
  onTestFinished(() => void vi.useRealTimers());
  return pass;
}

async function pass(ms = 0): Promise<void> {
  await untilIdle();
  await vi.advanceTimersByTimeAsync(ms);
  await untilIdle();
}
