import type { Client } from "fauna";

import { missingV4 } from "../client/connection";
import type { FaunaV4Expression } from "../client/driver";
import { useFaunaContext } from "./fauna-context";

/**
 * The part of the `faunadb` client that can be typed without that package. Pass its `Client` type to get all of it.
 */
export interface FaunaV4Client {
  query<T = unknown>(expression: FaunaV4Expression, options?: object): Promise<T>;
}

/**
 * The driver's own client, for event handlers: the same object for the provider's whole life. Its `query`,
 * `paginate`, `feed` and `stream` send a fresh token with every request. They wait while Clerk loads, and reject
 * with `TokenError` (`signed_out`) while nobody is signed in.
 *
 * @throws ConfigurationError without a `FaunaProvider` above, and for `"v4"` without the FQL v4 driver.
 *
 * @example
 * ```tsx
 * const client = useFaunaClient();
 * const add = (title: string) => client.query(fql`Todo.create({ title: ${title} })`);
 * ```
 */
export function useFaunaClient(version?: "v10"): Client;
export function useFaunaClient<C = FaunaV4Client>(version: "v4"): C;
export function useFaunaClient(version: "v10" | "v4" = "v10"): Client | FaunaV4Client {
  const { drivers } = useFaunaContext().connection;
  return (drivers.find(({ name }) => name === version) ?? missingV4()).getClient() as Client;
}
