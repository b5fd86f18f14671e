/** How many arguments a function takes: some exact counts, or at least `min`. */
export interface Arity {
  readonly min: number;
  readonly rest: boolean;
  readonly counts: readonly number[];
}

export function acceptsCount(arity: Arity, count: number): boolean {
  return arity.rest ? count >= arity.min : arity.counts.includes(count);
}

/** `exactly 2 arguments`, `no arguments`, `1 or 2 arguments`, `at least 1 argument`. */
export function describeArity(arity: Arity, noun: string): string {
  const plural = (count: number): string => (count === 1 ? noun : `${noun}s`);
  if (arity.rest)
    return arity.min ? `at least ${arity.min} ${plural(arity.min)}` : `any number of ${noun}s`;
  const counts = [...new Set(arity.counts)].sort((a, b) => a - b);
  if (counts.length === 1)
    return counts[0] ? `exactly ${counts[0]} ${plural(counts[0])}` : `no ${noun}s`;
  const last = counts.pop()!;
  return `${counts.join(", ")} or ${last} ${noun}s`;
}
