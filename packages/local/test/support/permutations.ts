/** The items in `count` orders, the same in every run. */
export function permutations<T>(items: readonly T[], count: number): T[][] {
  let state = 1;
  const below = (limit: number): number => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  return Array.from({ length: count }, () => {
    const left = [...items];
    return items.map(() => left.splice(below(left.length), 1)[0]!);
  });
}
