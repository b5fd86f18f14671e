import { type ReactNode, Suspense } from "react";

import { useIsServed } from "./use-is-served";

/** Props of {@link FaunaClientOnly}. */
export interface FaunaClientOnlyProps {
  /** What a server renders, and the browser until it shows the children. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/**
 * `<Suspense>` that leaves its children to the browser: a server renders the fallback. For Suspense hooks whose queries
 * no server has prefetched, where React is older than 19.3: there a server makes an error of that (React Router answers
 * with HTTP 500), which from 19.3 on it does not, also in a plain `<Suspense>`.
 *
 * @example
 * ```tsx
 * <FaunaClientOnly fallback={<p>Counting…</p>}>
 *   <Count />
 * </FaunaClientOnly>
 * ```
 */
export function FaunaClientOnly({ fallback, children }: FaunaClientOnlyProps): ReactNode {
  return useIsServed() ? fallback : <Suspense fallback={fallback}>{children}</Suspense>;
}
