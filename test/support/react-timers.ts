// React keeps the timers that it finds when it is loaded. It waits with them between two fallbacks of a <Suspense>, for
// 300 ms. So it gets timers that wait less, and that are those of the moment: when a test fakes time, what React waits for
// comes in its turn, and not whenever the machine comes to it. Import this before anything that imports React.
const { setTimeout: start, clearTimeout: stop } = globalThis;

/** React's longest wait in ms. */
const LONGEST_MS = 20;

const lateStart = (run: () => void, ms = 0): unknown =>
  (globalThis.setTimeout === lateStart ? start : globalThis.setTimeout)(
    run,
    Math.min(ms, LONGEST_MS),
  );
const lateStop = (timer: Parameters<typeof stop>[0]): void =>
  (globalThis.clearTimeout === lateStop ? stop : globalThis.clearTimeout)(timer);

Object.assign(globalThis, { setTimeout: lateStart, clearTimeout: lateStop });
await import("react-dom/client");
Object.assign(globalThis, { setTimeout: start, clearTimeout: stop });
export {};
