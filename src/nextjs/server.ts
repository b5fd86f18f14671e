import { auth } from "@clerk/nextjs/server";
import { headers } from "next/headers";

import {
  createFaunaRequest,
  type CreateFaunaRequestOptions,
  type FaunaRequest,
} from "../server/fauna-request";
import { type KeyedRequests, oncePerRequest } from "../server/once-per-request";

export * from "../server";

/** Options of {@link createFaunaServer}. */
export type CreateFaunaServerOptions = Omit<CreateFaunaRequestOptions, "auth" | "cookie">;

/**
 * Makes the function that gives Fauna to server components, Server Actions and route handlers of Next.js: as the user
 * of the request, and the same one for all of a request, so that it has one token. What an action has written is seen
 * when its page renders again.
 *
 * @returns A function that rejects with ConfigurationError for a missing, malformed or insecure endpoint.
 *
 * @example
 * ```ts
 * import "server-only";
 * export const getFauna = createFaunaServer({ endpoint: process.env.FAUNA_ENDPOINT! });
 * ```
 */
export function createFaunaServer(options: CreateFaunaServerOptions): () => Promise<FaunaRequest> {
  const requests: KeyedRequests = new WeakMap();
  return async () => {
    // Next gives the same object to all of a request.
    const own = await headers();
    return oncePerRequest(requests, own, async () =>
      createFaunaRequest({ ...options, auth: await auth(), cookie: own.get("cookie") }),
    );
  };
}
