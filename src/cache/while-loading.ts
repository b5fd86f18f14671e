import type { QueryFunctionContext } from "@tanstack/react-query";

import type { Identity } from "../auth/identity";
import { untilAborted } from "../auth/signals";
import type { Connection } from "../client/connection";
import { TokenError } from "../errors";
import { findQuery, onData, removeQuery } from "./tanstack";

// Loaded on demand: the hooks do not ask before it is known who is signed in. TanStack's own functions do.

/**
 * Waits until it is known who is signed in, as the driver's client does, and reads as that user, in the user's own cache
 * entry. The entry that was asked for belongs to nobody. It leaves the cache as soon as its fetch has the data.
 *
 * @throws TokenError (`signed_out`, `token_timeout`).
 */
export async function readWhenSignedIn<T>(
  connection: Connection,
  context: Pick<QueryFunctionContext, "client" | "queryKey" | "signal">,
  read: (identity: Identity) => Promise<T>,
): Promise<T> {
  const { client: cache, queryKey, signal } = context;
  const identity = await untilAborted(signal, signedIn(connection));
  const query = findQuery(cache, queryKey);
  if (query) onData(cache, query, () => queueMicrotask(() => removeQuery(cache, query)));
  return read(identity);
}

function signedIn({ identify, identityStore, options }: Connection): Promise<Identity> {
  const { tokenTimeout = 10_000 } = options;
  void identify();
  return new Promise((resolve, reject) => {
    const tooLate = (): void => reject(new TokenError("token_timeout", tokenTimeout));
    const timer = setTimeout(tooLate, tokenTimeout);
    void identityStore
      .signedInIdentity()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
