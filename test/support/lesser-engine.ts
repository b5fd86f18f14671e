import { onTestFinished } from "vitest";

/** Engines that lack what Node has: React Native's, and the oldest browsers that README names. */
export const lesserEngines = ["React Native", "the oldest browsers"] as const;

export type LesserEngine = (typeof lesserEngines)[number];

/** What none of the engines has, all of it younger than Chrome 97, Firefox 104 and Safari 15.4. */
const YOUNG: readonly (readonly [object, readonly string[]])[] = [
  [Array, ["fromAsync"]],
  [Array.prototype, ["toReversed", "toSorted", "toSpliced", "with"]],
  [Object, ["groupBy"]],
  [Map, ["groupBy"]],
  // Not its `withResolvers`, which Node's own fetch needs since 26, and which the types do not have either.
  [Promise, ["try"]],
  [Set.prototype, ["difference", "intersection", "isSubsetOf", "isSupersetOf", "union"]],
  [URL, ["canParse", "parse"]],
  [Response, ["json"]],
  [AbortSignal, ["abort", "any", "timeout"]],
  [AbortSignal.prototype, ["reason", "throwIfAborted"]],
  [globalThis, ["structuredClone"]],
];

/** What only browsers have of the rest. (DOMException and ReadableStream, too, but Node's own fetch needs those.) */
const BROWSER: readonly (readonly [object, readonly string[]])[] = [
  [globalThis, ["TextDecoder"]],
  [Response.prototype, ["body"]],
];

/** Until the test ends, Node lacks what an engine does. Begin with it: what is made before may have it all. */
export function lackWhatLacks(engine: LesserEngine): void {
  const isNative = engine === "React Native";
  for (const [owner, names] of isNative ? [...YOUNG, ...BROWSER] : YOUNG)
    for (const name of names) remove(owner, name);
  if (isNative) {
    replace("AbortController", NativeAbortController);
    replace("AbortSignal", NativeAbortSignal);
    replace("Request", NativeRequest);
    replace("fetch", nativeFetch);
  }
}

function remove(owner: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (!property) return;
  Reflect.deleteProperty(owner, name);
  onTestFinished(() => void Object.defineProperty(owner, name, property));
}

function replace(name: string, value: unknown): void {
  const property = Object.getOwnPropertyDescriptor(globalThis, name)!;
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  onTestFinished(() => void Object.defineProperty(globalThis, name, property));
}

/** As abort-controller 3 has it, which React Native brings along. */
class NativeAbortSignal extends EventTarget {
  aborted = false;
}

class NativeAbortController {
  readonly signal = new NativeAbortSignal();

  abort(): void {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event("abort"));
  }
}

/** It takes signals of its own kind. Node's refuses them since 24. */
class NativeRequest extends Request {
  constructor(input: RequestInfo | URL, { signal, ...init }: RequestInit = {}) {
    super(input, init);
    if (signal) Object.defineProperty(this, "signal", { value: signal });
  }
}

const { AbortController: NodesController, fetch: nodesFetch } = globalThis;

/** As XMLHttpRequest does it: there is an answer when all of it is here, and nobody sees its stream. */
async function nativeFetch(url: string, { signal, ...init }: RequestInit): Promise<Response> {
  const request = new NodesController();
  const end = (): void => request.abort();
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  try {
    const answer = await nodesFetch(url, { ...init, signal: request.signal });
    const { status, statusText, headers } = answer;
    return new Response(await answer.text(), { status, statusText, headers });
  } catch (cause) {
    throw signal?.aborted
      ? Object.assign(new Error("Aborted"), { name: "AbortError" })
      : new TypeError("Network request failed", { cause });
  } finally {
    signal?.removeEventListener("abort", end);
  }
}
