import { ServiceError } from "fauna";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { readLines, readStream } from "../../src/client/v10-stream";
import { connect, signedIn } from "../support/signed-in";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A body that is written to, and whether it was cancelled. */
function createBody() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const cancelled = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: cancelled,
  });
  return {
    body,
    cancelled,
    write: (chunk: Uint8Array) => controller.enqueue(chunk),
    end: () => controller.close(),
  };
}

async function all(lines: AsyncIterable<string[]>): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const batch of lines) batches.push(batch);
  return batches;
}

describe("lines", () => {
  const never = new AbortController().signal;

  test("come in batches, as they come, without empty ones and without a last half", async () => {
    const { body, write, end, cancelled } = createBody();
    for (const chunk of ["a\nb\n", "c", "d\n\n \ne\n", "half"]) write(bytes(chunk));
    end();
    const batches = await all(readLines(async () => new Response(body), never));
    expect(batches).toEqual([["a", "b"], [], ["cd", "e"], []]);
    expect(cancelled).not.toHaveBeenCalled();
  });

  test("may be split within a character", async () => {
    const { body, write, end } = createBody();
    const [first, ...rest] = bytes("ü\n");
    write(Uint8Array.of(first!));
    write(Uint8Array.from(rest));
    end();
    expect((await all(readLines(async () => new Response(body), never))).flat()).toEqual(["ü"]);
  });

  test("of a refusal are the driver's error", async () => {
    const refused = { error: { code: "forbidden", message: "No." }, summary: "" };
    const open = async () => new Response(JSON.stringify(refused), { status: 403 });
    const error: unknown = await all(readLines(open, never)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ code: "forbidden", httpStatus: 403 });
  });

  test("cannot come without a body, and the error names another way", async () => {
    for (const answer of [new Response(null), { ok: true }])
      await expect(all(readLines(async () => answer as Response, never))).rejects.toMatchObject({
        code: "not_supported",
        message: expect.stringContaining("This fetch has no streams. Use client.feed().") as string,
      });
  });

  test("end with the signal, which is why they end, and the connection is closed", async () => {
    const { body, cancelled } = createBody();
    const ending = new AbortController();
    const reading = all(readLines(async () => new Response(body), ending.signal));
    await vi.waitFor(() => expect(body.locked).toBe(true));
    ending.abort(new Error("Enough."));
    await expect(reading).rejects.toThrow("Enough.");
    expect(cancelled).toHaveBeenCalled();
  });

  test("end with the signal also while nobody reads: the connection is closed at once", async () => {
    const { body, write, cancelled } = createBody();
    write(bytes("a\n"));
    const ending = new AbortController();
    const lines = readLines(async () => new Response(body), ending.signal);
    await lines.next();
    ending.abort(new Error("Enough."));
    expect(cancelled).toHaveBeenCalledTimes(1);
    await expect(lines.next()).rejects.toThrow("Enough.");
  });

  test("end with a signal that aborts just as the answer arrives: the connection is closed", async () => {
    const { body, cancelled } = createBody();
    const ending = new AbortController();
    const open = async () => {
      ending.abort(new Error("Enough."));
      return new Response(body);
    };
    const failure = expect(readLines(open, ending.signal).next()).rejects.toThrow("Enough.");
    await vi.waitFor(() => expect(cancelled).toHaveBeenCalledTimes(1));
    await failure;
  });

  test("that nobody wants any more close the connection at once, and leave no listener", async () => {
    const { body, write, cancelled } = createBody();
    write(bytes("a\n"));
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    const add = vi.spyOn(signal, "addEventListener");
    for await (const lines of readLines(async () => new Response(body), signal)) {
      expect(lines).toEqual(["a"]);
      break;
    }
    expect(cancelled).toHaveBeenCalledTimes(1);
    const removed = remove.mock.calls.map(([type, listener]) => [type, listener]);
    for (const [type, listener] of add.mock.calls) expect(removed).toContainEqual([type, listener]);
  });
});

describe("a stream of the driver's client", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
  });

  async function read(stream: AsyncIterable<string>): Promise<string[]> {
    const lines: string[] = [];
    for await (const line of stream) lines.push(line);
    return lines;
  }
  const never = new Promise<never>(() => {});
  const open = (response: Response) => vi.fn(async (_signal: AbortSignal) => response);

  test("ends a second after the server has ended it, because the driver opens it again at once", async () => {
    const { transport } = connect();
    const reading = read(readStream(transport, open(new Response("a\nb\n")), never));
    const done = vi.fn();
    void reading.then(done);
    await vi.advanceTimersByTimeAsync(999);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await reading).toEqual(["a", "b"]);
  });

  test("fails with a network error", async () => {
    const { transport } = connect();
    const failing = () => Promise.reject(new TypeError("Failed to fetch"));
    await expect(read(readStream(transport, failing, never))).rejects.toMatchObject({
      name: "NetworkError",
    });
  });

  test("that is closed ends without an error", async () => {
    const { transport } = connect();
    const { body } = createBody();
    let close!: () => void;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const reading = read(readStream(transport, open(new Response(body)), closed));
    await vi.waitFor(() => expect(body.locked).toBe(true));
    close();
    expect(await reading).toEqual([]);
  });

  test("ends with its identity", async () => {
    const { transport, identityStore } = connect();
    const { body } = createBody();
    const opening = open(new Response(body));
    const reading = read(readStream(transport, opening, never));
    const failure = expect(reading).rejects.toMatchObject({ code: "identity_changed" });
    await vi.waitFor(() => expect(body.locked).toBe(true));
    identityStore.update(signedIn("bob"));
    await failure;
    expect(opening.mock.calls[0]?.[0].aborted).toBe(true);
  });

  test("is refused where answers come when they are complete, and nothing is sent", async () => {
    const { transport } = connect();
    const opening = open(new Response("a\n"));
    const reading = read(readStream({ ...transport, hadBody: () => false }, opening, never));
    await expect(reading).rejects.toMatchObject({ code: "not_supported" });
    expect(opening).not.toHaveBeenCalled();
  });
});
