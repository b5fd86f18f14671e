import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, onTestFinished } from "vitest";

import { unlistedHeaders } from "./cors-headers";
import { eventually } from "./eventually";
import { defaultAnswer } from "./fake-answers";
import { claimsIn } from "./token";

/** A request as the server got it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What stood after `Bearer `. */
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether the client closed the connection before the answer was complete. */
  readonly aborted: boolean;
}

/** What the server sends. A body that is not text is sent as JSON. */
export interface FakeAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends these bytes as they come, instead of `body`. */
  readonly stream?: FakeStream;
  /** Cuts the connection instead of answering. */
  readonly drop?: boolean;
}

export type Respond = (
  request: ReceivedRequest,
  /** How many requests came before this one. */
  index: number,
) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>;

/** A body that a test writes piece by piece. */
export interface FakeStream {
  write(chunk: string | Uint8Array): void;
  end(): void;
  attach(response: ServerResponse): void;
}

/** Answers that wait until they are released. */
export interface Hold {
  /** Resolves once this many requests are held. */
  reached(count?: number): Promise<void>;
  release(): void;
}

/** A scriptable HTTP server that stands where Fauna would. */
export interface FakeFauna {
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Answers each request; what it leaves undefined gets the default answer: the token's claims as text. */
  respond: Respond;
  /** Holds the answers to the requests that come from now on. */
  hold(matches?: (request: ReceivedRequest) => boolean): Hold;
  /** Resolves once this many requests have come. */
  received(count: number): Promise<void>;
}

/**
 * Starts one for the running test. It also fails the test when a request used a header that a Fauna server's CORS
 * list lacks.
 */
export async function startFakeFauna(): Promise<FakeFauna> {
  const requests: ReceivedRequest[] = [];
  const holds = new Set<HoldState>();
  const unlisted = new Set<string>();

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = received(await textOf(incoming), incoming, response);
    for (const name of unlistedHeaders(request.headers)) unlisted.add(name);
    requests.push(request);
    const held = [...holds].filter(({ matches }) => matches(request));
    const answer = (await fake.respond(request, requests.length - 1)) ?? defaultAnswer(request);
    await Promise.all(held.map((hold) => hold.wait()));
    send(response, answer);
  }

  const server = createServer((incoming, response) => void serve(incoming, response));
  // A client ends idle connections itself. If the server does, a request may be on its way and is lost.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake: FakeFauna = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    respond: () => undefined,
    hold(matches = () => true) {
      const hold = new HoldState(matches, () => holds.delete(hold));
      holds.add(hold);
      return hold;
    },
    received: (count) => reach(() => requests.length, count),
  };
  onTestFinished(async () => {
    for (const hold of holds) hold.release();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect([...unlisted], "headers that Fauna's CORS list lacks").toEqual([]);
  });
  return fake;
}

class HoldState implements Hold {
  #arrived = 0;
  #open!: () => void;
  readonly #opened = new Promise<void>((resolve) => (this.#open = resolve));

  constructor(
    readonly matches: (request: ReceivedRequest) => boolean,
    readonly forget: () => void,
  ) {}

  wait(): Promise<void> {
    this.#arrived++;
    return this.#opened;
  }

  reached(count = 1): Promise<void> {
    return reach(() => this.#arrived, count);
  }

  release(): void {
    this.forget();
    this.#open();
  }
}

/** A stream's body, which may be written before anybody has asked for it. */
export function createFakeStream(): FakeStream {
  const pending: (string | Uint8Array)[] = [];
  let target: ServerResponse | undefined;
  let ended = false;
  return {
    write(chunk) {
      if (target) target.write(chunk);
      else pending.push(chunk);
    },
    end() {
      ended = true;
      target?.end();
    },
    attach(response) {
      target = response;
      response.flushHeaders();
      for (const chunk of pending) response.write(chunk);
      if (ended) response.end();
    },
  };
}

const reach = (current: () => number, count: number): Promise<void> =>
  eventually(() => expect(current()).toBeGreaterThanOrEqual(count));

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function received(
  body: string,
  { method = "", url = "", headers }: IncomingMessage,
  response: ServerResponse,
): ReceivedRequest {
  const { authorization = "" } = headers;
  const token = authorization.replace("Bearer ", "");
  let aborted = false;
  response.on("close", () => (aborted = !response.writableEnded));
  return {
    method,
    path: url,
    headers: headers as Record<string, string>,
    body,
    token,
    claims: claimsIn(token),
    get aborted() {
      return aborted;
    },
  };
}

function send(response: ServerResponse, answer: FakeAnswer): void {
  const { status = 200, body = "", headers = {}, stream, drop } = answer;
  if (response.destroyed) return;
  if (drop) {
    response.destroy();
    return;
  }
  // Not by writeHead, after which Node would not say how long a whole body is. A Fauna server does.
  response.statusCode = status;
  response.setHeaders(new Map(Object.entries({ "content-type": "application/json", ...headers })));
  if (stream) stream.attach(response);
  else response.end(typeof body === "string" ? body : JSON.stringify(body));
}
