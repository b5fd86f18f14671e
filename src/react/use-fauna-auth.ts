import type { FaunaAuth } from "../auth/identity";
import { useFaunaContext } from "./fauna-context";

/**
 * Who is signed in, as Fauna queries see it: while Clerk is in the middle of a change it stays the user before. Keeps
 * its object identity until it changes.
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
