import type { ReactNode } from "react";

import { useFaunaAuth } from "./use-fauna-auth";

/** Props of the components that show something by who is signed in. */
export interface FaunaAuthGateProps {
  children?: ReactNode;
}

/**
 * Shows its children while somebody is signed in, as Fauna queries see it.
 *
 * @example `<FaunaAuthenticated><Todos /></FaunaAuthenticated>`
 */
export function FaunaAuthenticated({ children }: FaunaAuthGateProps): ReactNode {
  return useFaunaAuth().status === "signed-in" ? children : null;
}
