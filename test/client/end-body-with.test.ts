import { describe, expect, test, vi } from "vitest";

import { endBodyWith } from "../../src/client/end-body-with";

const METHODS = ["arrayBuffer", "blob", "formData", "json", "text"] as const;

/** A response whose body never ends, and that fails as no engine should: not at all. */
function setUp() {
  const cancelled = vi.fn();
  const pulled = vi.fn();
  const source = new ReadableStream<Uint8Array>(
    { pull: pulled, cancel: cancelled },
    { highWaterMark: 0 },
  );
  const headers = { "content-type": "multipart/form-data; boundary=x" };
  const ending = new AbortController();
  const response = endBodyWith(ending.signal, new Response(source, { headers }));
  return { response, ending, cancelled, pulled };
}

describe("a body", () => {
  test.each(METHODS)("ends with the signal while it is read by %s()", async (method) => {
    const { response, ending } = setUp();
    const reading = response[method]();
    ending.abort(new Error("Enough."));
    await expect(reading).rejects.toThrow("Enough.");
  });

  test("ends with the signal while its bytes are read, if the engine has a method for that", async () => {
    const ending = new AbortController();
    const bytes = vi.fn(() => new Promise(() => {}));
    const response = Object.assign(new Response("a"), { bytes });
    const reading = endBodyWith(ending.signal, response).bytes();
    ending.abort(new Error("Enough."));
    await expect(reading).rejects.toThrow("Enough.");
    expect(bytes.mock.contexts).toEqual([response]);
  });

  test("ends with the signal while its stream is read", async () => {
    const { response, ending } = setUp();
    const reading = response.body!.getReader().read();
    ending.abort(new Error("Enough."));
    await expect(reading).rejects.toThrow("Enough.");
  });

  test("is not read before the caller reads", async () => {
    const { response, pulled } = setUp();
    const { body } = response;
    await new Promise((resolve) => setTimeout(resolve));
    expect(pulled).not.toHaveBeenCalled();
    expect(response.body).toBe(body);
    expect(response.bodyUsed).toBe(false);
  });

  test("that nobody wants any more is cancelled, with the reason", async () => {
    const { response, cancelled } = setUp();
    await response.body!.cancel("enough");
    expect(cancelled).toHaveBeenCalledExactlyOnceWith("enough");
  });

  test("of a copy ends with the signal, too, and the other one's stream goes on", async () => {
    const ending = new AbortController();
    const response = endBodyWith(ending.signal, new Response("text"));
    const before = response.body;
    const copy = response.clone();
    expect(response.body).not.toBe(before);
    const read = async (of: Response) => new Response(of.body).text();
    expect(await Promise.all([read(response), read(copy)])).toEqual(["text", "text"]);
    const other = setUp();
    const reading = other.response.clone().text();
    other.ending.abort(new Error("Enough."));
    await expect(reading).rejects.toThrow("Enough.");
  });

  test("that is missing stays so", () => {
    const { signal } = new AbortController();
    expect(endBodyWith(signal, new Response(null)).body).toBeNull();
  });
});

describe("a response that a mock has made", () => {
  test("keeps its own body and copies, and its methods end with the signal", async () => {
    const ending = new AbortController();
    const mock = { body: "own", clone: () => "copy", text: () => new Promise<string>(() => {}) };
    const response = endBodyWith(ending.signal, mock as never);
    expect(response).toBe(mock);
    expect([response.body, response.clone()]).toEqual(["own", "copy"]);
    expect("json" in response).toBe(false);
    const reading = response.text();
    ending.abort(new Error("Enough."));
    await expect(reading).rejects.toThrow("Enough.");
  });

  test("and that has a body of its own keeps it", () => {
    const { signal } = new AbortController();
    const given = Object.defineProperty(new Response("a"), "body", { value: "own" });
    const { clone } = given;
    const response = endBodyWith(signal, given);
    expect(response.body).toBe("own");
    expect(response.clone).toBe(clone);
  });

  test("may be given twice, as a cache of answers does", async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const response = endBodyWith(other.signal, endBodyWith(one.signal, new Response("a")));
    expect(await response.text()).toBe("a");
  });
});
