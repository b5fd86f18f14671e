import type { Identity } from "../auth/identity";

/** The options and the state of a query that tell whether it loads. */
interface Loading {
  readonly identity: Identity;
  readonly query: unknown;
  /** TanStack's option. */
  readonly enabled: unknown;
}

/** `loading` of a result: from the first render until the first data or error, also while Clerk is loading. */
export function isLoading(
  result: { readonly isPending: boolean; readonly isLoading: boolean },
  { identity, query, enabled = true }: Loading,
): boolean {
  if (!query || identity.status === "signed-out") return false;
  if (typeof enabled !== "function") return Boolean(enabled) && result.isPending;
  return identity.status === "loading" || result.isLoading;
}
