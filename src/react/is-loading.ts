import type { Identity } from "../auth/identity";

/** The options and the state of a query that tell whether it loads. */
/** `loading` of a result: from the first render until the first data or error, also while Clerk is loading. */
export function isLoading(
  result: { readonly isPending: boolean; readonly isLoading: boolean },
  { status }: Identity,
  query: unknown,
  enabled: unknown = true,
): boolean {
  if (!query || !enabled || status === "signed-out") return false;
  return typeof enabled === "function" && status !== "loading"
    ? result.isLoading
    : result.isPending;
}
