import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from "node:worker_threads";
import { packTask, unpack, type Packed } from "./instances";
import type { Job } from "./jobs";
import type { Outcome, Task } from "./task";

/** The steps of a thread, as its `progress` tells of them. */
export const STARTED = 1;
export const READY = 2;

export interface ThreadData {
  readonly packed: Packed<Task>;
  readonly port: MessagePort;
  readonly progress: Int32Array;
}

/** What has come of a task, or why nothing has. */
export interface Report {
  readonly outcome?: Packed<Outcome>;
  readonly failure?: unknown;
}

/** For 2,048 calls of any kind. Nothing but address space, until it is used. */
const STACK_MB = 64;
/** A thread that has not started by then never will. */
const START_TIMEOUT_MS = 60_000;
/** What copying takes beyond the time that the job may. */
const EXTRA_MS = 60_000;

/** The build puts the worker beside the file that this one goes into. The sources have none. */
function workerFile(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "large-stack-worker.cjs");
}

/**
 * Performs a task in a thread with a large stack, and waits for it: nothing else happens to the database meanwhile.
 *
 * @param timeout - how many milliseconds the job itself may take.
 * @returns null where there are no such threads, and for what is nested too deeply even for one, or to be handed over.
 */
export function runInThread<J extends Job>(task: Task<J>, timeout: number): Outcome<J> | null {
  const { port1, port2 } = new MessageChannel();
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const reached = (step: number, limit: number): boolean => {
    Atomics.wait(progress, 0, step - 1, limit);
    return Atomics.load(progress, 0) >= step;
  };
  let worker: Worker | undefined;
  try {
    const file = workerFile();
    if (!existsSync(file)) return null;
    const packed = packTask(task);
    worker = new Worker(file, {
      workerData: { packed, port: port2, progress } satisfies ThreadData,
      transferList: [port2],
      resourceLimits: { stackSizeMb: STACK_MB },
      // Loaders and hooks of the process are none of its business.
      execArgv: [],
    });
    // It comes when this has long gone on. That nothing is reported says it at once.
    worker.on("error", () => undefined).unref();
    if (reached(STARTED, START_TIMEOUT_MS)) reached(READY, timeout + EXTRA_MS);
    const received = receiveMessageOnPort(port1) as { message: Report } | undefined;
    if (!received) throw new Error("The thread for many nested calls has not answered.");
    const { outcome, failure } = received.message;
    if (!outcome) throw failure;
    return unpack(outcome);
  } catch (error) {
    if (hasNoStack(error)) return null;
    throw error;
  } finally {
    void worker?.terminate();
    port1.close();
  }
}

/** Whether a stack is used up, or Node's permissions allow no thread. It may be an error of another realm. */
function hasNoStack(error: unknown): boolean {
  const { name, code } = error as NodeJS.ErrnoException;
  return name === "RangeError" || code === "ERR_ACCESS_DENIED";
}
