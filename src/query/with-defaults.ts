import type { QueryClient } from "@tanstack/react-query";

/** Options above the app's defaults. Here and not in TanStack, so that a default such as keepPreviousData obeys our rules too. */
export const withDefaults = <O extends object>(cache: QueryClient, options: O | undefined): O => ({
  ...(cache.getDefaultOptions().queries as O),
  ...options,
});
