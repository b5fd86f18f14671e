import { createContext, Script } from "node:vm";
import type { Context } from "../model/context";
import { TimeoutError } from "../errors";

/** A pattern of our engine, and the text that it is tried on. */
export interface PatternTask {
  pattern: string;
  flags: string;
  text: string;
}

// A pattern can take for ever, and only a script in a context of its own can be stopped at a deadline.
const SANDBOX: { run?: () => unknown } = createContext({});
const GUARDED = new Script("run()");

/** Patterns with few repetitions, none inside another, are quick on texts of this length. */
const SHORT = 2_000;

function isQuick({ pattern, text }: PatternTask): boolean {
  const repetitions = pattern.match(/[*+{]/g)?.length ?? 0;
  return text.length <= SHORT && repetitions <= 2 && !/\)[*+{]|\\[1-9k]/.test(pattern);
}

/** Tries a pattern on a text until the run is out of time. */
export function guarded<T extends PatternTask, U>(cx: Context, task: T, run: (task: T) => U): U {
  if (isQuick(task)) return run(task);
  try {
    SANDBOX.run = () => run(task);
    return GUARDED.runInContext(SANDBOX, { timeout: cx.timeLeft }) as U;
  } catch (error) {
    // The error comes from another realm, so only its code says what it is.
    if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw new TimeoutError("The query took too long.");
    }
    throw error;
  }
}
