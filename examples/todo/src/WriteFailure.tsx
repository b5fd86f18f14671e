import { isMaybeApplied, type UseFaunaMutationResult } from "fauna-clerk/react";
import { Reason } from "./Reason";
import type { Todo } from "./todo";

/** A write that failed. What it showed is taken back, and the list says what Fauna has. */
export function WriteFailure({ write }: { write: UseFaunaMutationResult<unknown, Todo> }) {
  const { error, variables, mutate, reset } = write;
  if (!error) return null;
  return (
    <div role="alert" className="failure">
      <Reason error={error} />
      {isMaybeApplied(error) ? (
        <button type="button" onClick={reset}>
          It may have been saved all the same: look above
        </button>
      ) : (
        <button type="button" onClick={() => mutate(variables)}>
          Try again
        </button>
      )}
    </div>
  );
}
