/** Next's own `fetch`, which puts answers into a cache on disk, has the one that it has replaced. */
type NextFetch = typeof fetch & { readonly _nextOriginalFetch?: typeof fetch };

/**
 * The `fetch` of the platform. What Fauna answers is one user's alone, and never belongs into the cache that Next's
 * `fetch` is, whatever a route's `fetchCache` says.
 */
export const plainFetch: typeof fetch = (input, init) => {
  const own = fetch as NextFetch;
  return (own._nextOriginalFetch ?? own)(input, init);
};
