import { useCallback, useInsertionEffect, useRef } from "react";

import { type ActionOptions, applyReceipt } from "../cache/receipts";
import type { FaunaReceipt } from "../cache/hydration-state";
import { useFaunaContext } from "./fauna-context";

/** Options of {@link useFaunaAction}. */
export type UseFaunaActionOptions = ActionOptions;

/**
 * Wraps a Server Action that returns `fauna.receipt(value)`. Once it has, the queries that it may have changed are
 * refetched and see what it has written, and the caller gets the value. It goes where an action goes: into `<form
 * action>`, `useActionState`, `startTransition`.
 *
 * @returns A function that rejects as the action does, and with `TokenError` (`identity_changed`, marked
 * `maybeApplied`) if the user has changed meanwhile. The same one until action or identity change.
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example
 * ```tsx
 * const [error, submit, isPending] = useActionState(useFaunaAction(addTodo), null);
 * return <form action={submit}>…</form>;
 * ```
 */
export function useFaunaAction<A extends readonly unknown[], T>(
  action: (...args: A) => Promise<FaunaReceipt<T>>,
  options: UseFaunaActionOptions = {},
): (...args: A) => Promise<T> {
  const context = useFaunaContext();
  const latest = useRef(options);
  useInsertionEffect(() => void (latest.current = options));
  return useCallback(
    async (...args) => applyReceipt(context, await action(...args), latest.current) as T,
    [action, context],
  );
}
