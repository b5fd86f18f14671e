import type { Client } from "fauna";

import { type AuthSource, readAuth } from "../auth/auth-source";
import { type ConnectionOptions, createConnection } from "./connection";

/** Options of {@link createFaunaClient}. */
export interface CreateFaunaClientOptions
  extends ConnectionOptions, Pick<AuthSource, "userId" | "template"> {
  /** Returns a token or null. It is asked before every request, so caching is its own affair. */
  getToken: NonNullable<AuthSource["getToken"]>;
}

/**
 * The client of {@link useFaunaClient} without React: for scripts, servers, route loaders and tests. Every request
 * that it makes (`query`, `paginate`, `feed`, `stream`) asks `getToken` first.
 *
 * @throws ConfigurationError for a missing, malformed or insecure endpoint.
 *
 * @example
 * ```ts
 * const client = createFaunaClient({
 *   endpoint: "https://fauna.example.com",
 *   getToken: ({ template }) => clerk.session.getToken({ template }),
 * });
 * const { data } = await client.query(fql`Todo.all()`);
 * ```
 */
export function createFaunaClient({
  getToken,
  userId,
  template,
  ...options
}: CreateFaunaClientOptions): Client {
  return createConnection(options, readAuth({ getToken, userId, template })).client;
}
