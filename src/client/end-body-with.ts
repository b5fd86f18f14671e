import { getOrAdd } from "../auth/collections";
import { untilAborted } from "../auth/signals";

type Read = (this: Response) => Promise<unknown>;
type Bytes = ReadableStream<Uint8Array>;

const READING_METHODS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"];

/**
 * Makes reading a response's body fail with the signal's reason once that has aborted: engines fail with an
 * AbortError of their own, or not at all. Nothing is read before the caller reads.
 *
 * @returns the response itself. One made of its parts would have no `url`.
 */
export function endBodyWith(signal: AbortSignal, response: Response): Response {
  const define = (name: string, property: PropertyDescriptor): unknown =>
    Object.defineProperty(response, name, { configurable: true, ...property });
  for (const name of READING_METHODS) {
    const read = Reflect.get(response, name) as Read | undefined;
    if (read) define(name, { value: () => untilAborted(signal, read.call(response)) });
  }
  // The body of a mock stays as the mock made it.
  if (!(response instanceof Response) || Object.hasOwn(response, "body")) return response;
  const native = Response.prototype;
  define("clone", { value: () => endBodyWith(signal, native.clone.call(response)) });
  // `clone` gives the response another stream.
  const streams = new WeakMap<Bytes, Bytes>();
  define("body", {
    get() {
      const stream = Reflect.get(native, "body", response) as Bytes | null;
      return stream && getOrAdd(streams, stream, () => endStreamWith(signal, stream));
    },
  });
  return response;
}

/** The same bytes. It takes hold of the stream when it is read: until then the response's methods can. */
function endStreamWith(signal: AbortSignal, stream: Bytes): Bytes {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const readerOf = (): ReadableStreamDefaultReader<Uint8Array> => (reader ??= stream.getReader());
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await untilAborted(signal, readerOf().read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => readerOf().cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
