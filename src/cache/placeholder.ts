import type { Driver } from "../client/driver";
import { type FaunaQueryKey, haveSameOwner } from "./keys";

/** What the app shows until there are data. */
interface Shown {
  readonly initialData?: unknown;
  readonly placeholderData?: unknown;
}

/** TanStack's `placeholderData` as a function. */
type Placeholder = (data: unknown, query?: { queryKey: FaunaQueryKey }) => unknown;

/**
 * Returns a query's `placeholderData`. A skipped query only shows its initial data, because the cache entry is shared by
 * all of them.
 */
export function placeholderOf(
  { initialData, placeholderData }: Shown,
  queryKey: FaunaQueryKey,
  driver: Driver | undefined,
): unknown {
  const shown = driver ? placeholderData : (initialData ?? placeholderData);
  return typeof shown === "function" ? ownPlaceholder(shown as Placeholder, queryKey) : shown;
}

/** What TanStack gets in place of a function of the app. Always the same, or TanStack would call it in each render. */
const placeholders = new WeakMap<Placeholder, Placeholder & { readonly of: FaunaQueryKey }>();

// Functions like keepPreviousData get the data of the previous query, which may be that of another endpoint or user.
function ownPlaceholder(app: Placeholder, queryKey: FaunaQueryKey): Placeholder {
  let own = placeholders.get(app);
  if (!own || !haveSameOwner(own.of, queryKey)) {
    const placeholder: Placeholder = (data, query) =>
      query && haveSameOwner(queryKey, query.queryKey) ? app(data, query) : app(undefined);
    own = Object.assign(placeholder, { of: queryKey });
    placeholders.set(app, own);
  }
  return own;
}
