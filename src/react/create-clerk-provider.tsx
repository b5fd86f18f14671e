import type { ReactNode } from "react";

import type { ClerkAuth } from "../auth/auth-source";
import { FaunaProvider, type FaunaProviderProps } from "./fauna-provider";

/** `FaunaProvider` wired to a Clerk SDK's `useAuth`. Given `auth` or `getToken` it takes those, and needs no Clerk. */
export function createClerkProvider(
  useAuth: () => ClerkAuth,
): (props: FaunaProviderProps) => ReactNode {
  function ClerkFaunaProvider(props: FaunaProviderProps): ReactNode {
    return <FaunaProvider {...props} auth={useAuth()} />;
  }
  return (props) =>
    props.auth || props.getToken ? <FaunaProvider {...props} /> : <ClerkFaunaProvider {...props} />;
}
