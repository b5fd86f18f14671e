import { type ReactNode, useEffect, useMemo } from "react";

import { hydrate, hydratedIdentity } from "../cache/hydration";
import type { FaunaHydrationState } from "../cache/hydration-state";
import { FaunaContext, useFaunaContext } from "./fauna-context";
import { useIsServed } from "./use-is-served";

/** Props of {@link FaunaHydration}. */
export interface FaunaHydrationProps {
  /** The `state` in what `dehydrate()` of a `FaunaRequest` returned. */
  state: FaunaHydrationState;
  children?: ReactNode;
}

/**
 * Gives the components below it what a server has prefetched: `<FaunaHydration {...fauna.dehydrate()}>`. They find it
 * in the first render, on the server too, and send nothing for it. A live query goes on from there. While Clerk loads,
 * the page's own state says who is signed in.
 *
 * What was read for another user, template or endpoint than the provider's is left out.
 *
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example
 * ```tsx
 * const fauna = await getFauna();
 * await fauna.prefetch(todos);
 * return (
 *   <FaunaHydration {...fauna.dehydrate()}>
 *     <Todos />
 *   </FaunaHydration>
 * );
 * ```
 */
export function FaunaHydration({ state, children }: FaunaHydrationProps): ReactNode {
  const outer = useFaunaContext();
  const identity = hydratedIdentity(outer, state, useIsServed());
  const context = useMemo(
    () => ({ ...outer, identity }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the same key is the same identity
    [outer, identity.key],
  );
  const update = useMemo(() => hydrate(context, state), [context, state]);
  useEffect(update, [update]);
  return <FaunaContext.Provider value={context}>{children}</FaunaContext.Provider>;
}
