import {
  type MutationKey,
  MutationObserver,
  type QueryClient,
  type UseMutationResult,
} from "@tanstack/react-query";
import { useEffect, useState } from "react";

/**
 * The result of a mutation, unless it is of the identity before: TanStack forgets a mutation whose key has changed, but
 * only in its effect, after the first frame of the next identity.
 */
export function useOwnResult<T, V, R>(
  result: UseMutationResult<T, Error, V, R>,
  key: MutationKey | undefined,
  cache: QueryClient,
): UseMutationResult<T, Error, V, R> {
  const owner = key?.[2];
  const [seen, see] = useState(owner);
  // eslint-disable-next-line react-hooks/set-state-in-effect -- By now TanStack's own effect has forgotten it, and renders.
  useEffect(() => see(owner), [owner]);
  // A mutation that was called before anybody was known belongs to whoever turns out to be signed in.
  if (seen === undefined || seen === owner) return result;
  const { mutate, mutateAsync, reset } = result;
  const idle = new MutationObserver<T, Error, V, R>(cache, {}).getCurrentResult();
  return { ...idle, mutate, mutateAsync, reset };
}
