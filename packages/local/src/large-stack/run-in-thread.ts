import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from "node:worker_threads";
import { pack, unpack, type Packed } from "./instances";
import type { Outcome, Task } from "./task";

/** The steps of a thread, as its `progress` tells of them. */
export const STARTED = 1;
export const READY = 2;

export interface ThreadData {
  readonly packed: Packed<Task>;
  readonly port: MessagePort;
  readonly progress: Int32Array;
}

/** For 2,048 calls of any kind. Nothing but address space, until it is used. */
const STACK_MB = 64;
/** A thread that has not started by then never will. */
const START_TIMEOUT_MS = 60_000;
/** What copying takes beyond the time that the query may. */
const EXTRA_MS = 60_000;

/** The build puts the worker beside the file that this one goes into. The sources have none. */
function workerFile(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "large-stack-worker.cjs");
}

/**
 * Performs a task in a thread with a large stack, and waits for it: nothing else happens to the database meanwhile.
 * Null if that cannot be done here, or the task has failed.
 */
export function runInThread(task: Task): Outcome | null {
  const { port1, port2 } = new MessageChannel();
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const reached = (step: number, timeout: number): boolean => {
    Atomics.wait(progress, 0, step - 1, timeout);
    return Atomics.load(progress, 0) >= step;
  };
  let worker: Worker | undefined;
  try {
    const file = workerFile();
    if (!existsSync(file)) return null;
    const packed = pack(task, task.state);
    worker = new Worker(file, {
      workerData: { packed, port: port2, progress } satisfies ThreadData,
      transferList: [port2],
      resourceLimits: { stackSizeMb: STACK_MB },
      // Loaders and hooks of the process are none of its business.
      execArgv: [],
    });
    worker.on("error", () => undefined).unref();
    if (!reached(STARTED, START_TIMEOUT_MS)) return null;
    if (!reached(READY, task.request.timeout + EXTRA_MS)) return null;
    const received = receiveMessageOnPort(port1) as { message: Packed<Outcome> } | undefined;
    return received ? unpack(received.message) : null;
  } catch {
    // Threads may be forbidden, and what is nested too deeply cannot be sent.
    return null;
  } finally {
    void worker?.terminate();
    port1.close();
  }
}
