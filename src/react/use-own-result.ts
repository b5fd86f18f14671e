import {
  type MutationKey,
  MutationObserver,
  type QueryClient,
  type UseMutationResult,
} from "@tanstack/react-query";
import { useState } from "react";

interface Seen {
  readonly owner: unknown;
  /** What tells the last mutation of the owner before from others. */
  readonly foreign: { readonly variables: unknown; readonly submittedAt: number } | undefined;
}

/**
 * The result of a mutation, unless it is of the identity before: TanStack forgets a mutation whose key has changed, but
 * only after the first frame of the next identity.
 */
export function useOwnResult<T, V, R>(
  result: UseMutationResult<T, Error, V, R>,
  key: MutationKey | undefined,
  cache: QueryClient,
): UseMutationResult<T, Error, V, R> {
  const owner = key?.[2];
  const { variables, submittedAt } = result;
  const [seen, see] = useState<Seen>({ owner, foreign: undefined });
  let { foreign } = seen;
  if (seen.owner !== owner) {
    // A mutation that was called before anybody was known belongs to whoever turns out to be signed in.
    foreign = seen.owner === undefined ? undefined : { variables, submittedAt };
    see({ owner, foreign });
  }
  const isForeign =
    submittedAt !== 0 && submittedAt === foreign?.submittedAt && variables === foreign.variables;
  if (!isForeign) return result;
  const { mutate, mutateAsync, reset } = result;
  const idle = new MutationObserver<T, Error, V, R>(cache, {}).getCurrentResult();
  return { ...idle, mutate, mutateAsync, reset };
}
