import type { Driver } from "../client/driver";
import { type FaunaQueryKey } from "./keys";

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
  const isSkipped = !driver && initialData !== undefined;
  const shown = isSkipped ? valueOf(initialData) : placeholderData;
  return typeof shown === "function" ? ownPlaceholder(shown as Placeholder, queryKey) : shown;
}

const valueOf = (data: unknown): unknown =>
  typeof data === "function" ? (data as () => unknown)() : data;

/** What TanStack gets for a function of the app, and whose it is. */
interface Own {
  readonly endpoint: string;
  readonly identity: string;
  readonly placeholder: Placeholder;
}

/** The last one of each. The same function again, or TanStack would call it in each render. */
const placeholders = new WeakMap<Placeholder, Own>();

// Functions like keepPreviousData get the data of the previous query, which may be that of another endpoint or user.
function ownPlaceholder(app: Placeholder, [, endpoint, identity]: FaunaQueryKey): Placeholder {
  const known = placeholders.get(app);
  if (known?.endpoint === endpoint && known.identity === identity) return known.placeholder;
  const placeholder: Placeholder = (data, query) =>
    query?.queryKey[1] === endpoint && query.queryKey[2] === identity
      ? app(data, query)
      : app(undefined);
  placeholders.set(app, { endpoint, identity, placeholder });
  return placeholder;
}
