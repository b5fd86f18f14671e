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
 * no server has prefetched, with a React before 19.3: in a plain `<Suspense>` they make it report an error (React Router
 * answers with HTTP 500). From 19.3 on they do not.
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
