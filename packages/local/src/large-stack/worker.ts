// Does one job in a thread of its own: `run-in-thread.ts` waits for it.
import { workerData } from "node:worker_threads";
import { packOutcome, unpack } from "./instances";
import { READY, STARTED, type Report, type ThreadData } from "./run-in-thread";
import { perform } from "./task";

const { packed, port, progress } = workerData as ThreadData;

function reach(step: number): void {
  Atomics.store(progress, 0, step);
  Atomics.notify(progress, 0);
}

function report(): Report {
  try {
    const outcome = perform(unpack(packed));
    return { outcome: packOutcome(outcome) };
  } catch (failure) {
    return { failure };
  }
}

reach(STARTED);
try {
  port.postMessage(report());
} finally {
  reach(READY);
}
