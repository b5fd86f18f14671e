/**
 * How many random cases a property test tries, and which. `TEST_RUNS` multiplies the number. `TEST_SEED` chooses another
 * sequence, and `TEST_PATH` one case of it: fast-check's message tells both of a case that failed.
 */
const FACTOR = Number(process.env["TEST_RUNS"] ?? 1);
const PATH = process.env["TEST_PATH"];

export const SEED = Number(process.env["TEST_SEED"] ?? 1);

export interface Runs {
  readonly numRuns: number;
  readonly seed: number;
  readonly path?: string;
}

/** For `fc.assert`: so many cases in `npm test`, and a multiple of that in CI and by `npm run test:long`. */
export const runs = (count: number): Runs => ({
  numRuns: Math.ceil(count * FACTOR),
  seed: SEED,
  ...(PATH !== undefined && { path: PATH }),
});

/** Numbers from 0 to 1 that look random and are the same in each run. */
export function seededRandom(seed: number = SEED): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
