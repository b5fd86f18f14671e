import type { FaunaAuth } from "../auth/identity";
import { useFaunaContext } from "./fauna-context";

/**
 * Who is signed in, as Fauna queries see it: while Clerk is changing users, it is still the previous user. Returns
 * the same object until it changes.
 *
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example
 * ```tsx
 * const { status, userId } = useFaunaAuth();
 * if (status === "signed-out") return <SignInButton />;
 * ```
 */
export function useFaunaAuth(): FaunaAuth {
  return useFaunaContext().identity;
}
