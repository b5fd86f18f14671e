import type { ReactNode } from "react";

import type { FaunaAuthGateProps } from "./fauna-authenticated";
import { useFaunaAuth } from "./use-fauna-auth";

/**
 * Shows its children until it is known for the first time whether somebody is signed in.
 *
 * @example `<FaunaAuthLoading><Spinner /></FaunaAuthLoading>`
 */
export function FaunaAuthLoading({ children }: FaunaAuthGateProps): ReactNode {
  return useFaunaAuth().status === "loading" ? children : null;
}
