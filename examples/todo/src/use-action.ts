import { useState } from "react";

/** Runs what a person asked for and keeps its failure for the screen. */
export function useAction(): { error: Error | null; run(action: () => Promise<unknown>): void } {
  const [error, setError] = useState<Error | null>(null);
  const run = (action: () => Promise<unknown>): void => {
    setError(null);
    void action().catch(setError);
  };
  return { error, run };
}
