import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { joinSplitUpdate } from "../../src/live/split-update";

beforeEach(
  () => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }),
);
afterEach(() => void vi.useRealTimers());

const pass = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A stream whose batches a test sends, by the types of their events, and what is read of it. */
async function openStream(...opening: readonly string[]) {
  let controller!: ReadableStreamDefaultController<string[]>;
  const source = new ReadableStream<string[]>({ start: (own) => void (controller = own) });
  let isClosed = false;
  async function* batches(): AsyncGenerator<string[], undefined> {
    const reader = source.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      isClosed = true;
    }
  }
  const send = (...types: readonly string[]): Promise<unknown> => {
    controller.enqueue(types.map((type) => JSON.stringify({ type })));
    return pass();
  };
  const read: string[][] = [];
  const stop = new Error("stop");
  const readOn = async (): Promise<void> => {
    for await (const lines of joinSplitUpdate(batches())) {
      if (!lines.length) continue;
      read.push(lines.map((line) => (JSON.parse(line) as { type: string }).type));
      if (lines.some((line) => line.includes("bad"))) throw stop;
    }
  };
  const ending = readOn().then(
    () => "ended",
    (error: unknown) => error,
  );
  await send(...opening);
  return { controller, send, read, ending, stop, isClosed: () => isClosed };
}

/** By then a stream counts as open. */
const OPEN_MS = 200;

test.each([
  ["in the first batch", ["status", "add", "remove"], []],
  ["a moment later", ["status", "add"], ["remove"]],
])(
  "an update that is cut in two as a stream opens, %s, is handed on as a whole",
  async (...how) => {
    const [, opening, later] = how;
    const { send, read } = await openStream(...opening);
    await pass(OPEN_MS - 1);
    await send(...later);
    expect(read).toEqual([["status", "add"]]);
    await pass(400);
    await send("update", "add");
    expect(read.slice(1)).toEqual([["remove", "update", "add"]]);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("a document that was deleted as a stream opens leaves half a second later at most", async () => {
  const { send, read } = await openStream("status", "remove");
  await pass(499);
  expect(read).toEqual([["status"]]);
  await pass(1);
  expect(read).toEqual([["status"], ["remove"]]);
  await send("add");
  expect(read.slice(2)).toEqual([["add"]]);
});

test("of documents that were deleted as a stream opens each leaves when the next one does", async () => {
  const { send, read } = await openStream("status", "remove");
  await send("remove");
  expect(read).toEqual([["status"], ["remove"]]);
  await pass(500);
  expect(read.slice(2)).toEqual([["remove"]]);
});

test.each([
  ["while the stream is open", ["status"], ["remove"]],
  ["after another event, while the stream is open", ["status", "add"], ["add", "remove"]],
  ["before another event, as the stream opens", ["status", "remove", "update"], ["add"]],
])("a document that is deleted %s leaves at once", async (_, opening, next) => {
  const { send, read } = await openStream(...opening);
  expect(read).toEqual([opening]);
  await pass(OPEN_MS);
  await send(...next);
  expect(read).toEqual([opening, next]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a stream that ends meanwhile has told of the document's end", async () => {
  const { controller, read, ending } = await openStream("status", "remove");
  controller.close();
  await pass();
  expect(read).toEqual([["status"], ["remove"]]);
  expect(await ending).toBe("ended");
  expect(vi.getTimerCount()).toBe(0);
});

test("a stream that fails meanwhile fails, and what was held back comes again with the next one", async () => {
  const { controller, read, ending } = await openStream("status", "remove");
  const error = new Error("lost");
  controller.error(error);
  expect(await ending).toBe(error);
  expect(read).toEqual([["status"]]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a reader that stops closes the stream", async () => {
  const { send, ending, stop, isClosed } = await openStream("status");
  await send("bad");
  expect(await ending).toBe(stop);
  expect(isClosed()).toBe(true);
});

test("a batch without a line, as of half a one, is none to wait for", async () => {
  const { send, read } = await openStream();
  await send();
  await send("add");
  expect(read).toEqual([["add"]]);
});
