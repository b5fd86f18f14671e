import { TokenError } from "../errors";
import { isOfSameUser, type TokenRequests } from "./token-identity";

// Loaded on demand: most tokens are accepted.

/** Returns another token than one that was refused. */
export async function newerToken(
  requests: TokenRequests,
  refused: string,
  signal: AbortSignal,
): Promise<string> {
  const { identityStore, requestToken, withTimeout } = requests;
  const token = await withTimeout(requestToken(signal), signal);
  // If it is another one, the issuer has already replaced the refused one.
  const newer = token === refused ? await forceRefresh(requests, refused, signal) : token;
  // Where nobody is named, as on a server that serves many, the request stays that of the refused token's user.
  if (identityStore.current().identity.userId === null && !isOfSameUser(newer, refused))
    throw new TokenError("identity_changed");
  return newer;
}

/** Replaces a token that is of no use, once for all who wait for that. */
export function forceRefresh(
  { identityStore, requestToken, withTimeout, refreshes }: TokenRequests,
  useless: string,
  signal: AbortSignal,
): Promise<string> {
  // With its own signal: the refresh must go on when the first of the requests that wait for it is aborted.
  const own = identityStore.requestSignal({ isWrite: true });
  const refresh =
    refreshes.get(useless) ??
    withTimeout(requestToken(own, true), own).finally(() => refreshes.delete(useless));
  refreshes.set(useless, refresh);
  return withTimeout(refresh, signal);
}
