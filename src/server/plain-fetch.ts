/** What Next's own `fetch`, which puts answers into a cache on disk, tells of itself. */
type NextFetch = typeof fetch & {
  /** The one that it has replaced. */
  readonly _nextOriginalFetch?: typeof fetch;
  /** Where it looks up, in a storage as Node's `AsyncLocalStorage`, which request it belongs to. */
  readonly __nextGetStaticStore?: () => {
    run<T>(store: undefined, callback: () => T): T;
  };
};

/**
 * The `fetch` of the platform. What Fauna answers is one user's alone, and never belongs into the cache that Next's
 * `fetch` is, whatever a route's `fetchCache` says.
 */
export const plainFetch: typeof fetch = (input, init) => {
  const own = fetch as NextFetch;
  return (own._nextOriginalFetch ?? own)(input, init);
};

/** Runs what fetches by itself. Next's `fetch` keeps nothing of what is asked outside of its requests. */
export function withoutFetchCache<T>(run: () => T): T {
  const storage = (fetch as NextFetch).__nextGetStaticStore?.();
  return storage ? storage.run(undefined, run) : run();
}
