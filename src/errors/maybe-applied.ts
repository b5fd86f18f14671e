/** An error after which a write may have been applied all the same. */
export type MaybeApplied = Error & { readonly maybeApplied: true };

/**
 * Whether the write that failed with `error` may have been applied: it was sent, and no answer says that it was not.
 * Errors of a mutation that are not marked so certainly changed nothing.
 *
 * @example
 * ```tsx
 * const { error } = useFaunaMutation(addTodo);
 * if (isMaybeApplied(error)) return <p>This may have been saved. Look before you try again.</p>;
 * ```
 */
export const isMaybeApplied = (error: unknown): error is MaybeApplied =>
  error instanceof Error && "maybeApplied" in error;
