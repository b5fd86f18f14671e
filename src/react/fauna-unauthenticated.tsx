import type { ReactNode } from "react";

import type { FaunaAuthGateProps } from "./fauna-authenticated";
import { useFaunaAuth } from "./use-fauna-auth";

/**
 * Shows its children while it is certain that nobody is signed in.
 *
 * @example `<FaunaUnauthenticated><SignInButton /></FaunaUnauthenticated>`
 */
export function FaunaUnauthenticated({ children }: FaunaAuthGateProps): ReactNode {
  return useFaunaAuth().status === "signed-out" ? children : null;
}
