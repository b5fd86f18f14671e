import type { ReactNode } from "react";

import { useFaunaAuth } from "./use-fauna-auth";

/** Props of the components that render their children depending on who is signed in. */
export interface FaunaAuthGateProps {
  children?: ReactNode;
}

/**
 * Shows its children while somebody is signed in, as Fauna queries see it.
 *
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example `<FaunaAuthenticated><Todos /></FaunaAuthenticated>`
 */
export function FaunaAuthenticated({ children }: FaunaAuthGateProps): ReactNode {
  return useFaunaAuth().status === "signed-in" ? children : null;
}

/**
 * Shows its children while it is certain that nobody is signed in.
 *
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example `<FaunaUnauthenticated><SignInButton /></FaunaUnauthenticated>`
 */
export function FaunaUnauthenticated({ children }: FaunaAuthGateProps): ReactNode {
  return useFaunaAuth().status === "signed-out" ? children : null;
}

/**
 * Shows its children while it is not known whether somebody is signed in.
 *
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example `<FaunaAuthLoading><Spinner /></FaunaAuthLoading>`
 */
export function FaunaAuthLoading({ children }: FaunaAuthGateProps): ReactNode {
  return useFaunaAuth().status === "loading" ? children : null;
}
