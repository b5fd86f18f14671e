import { getOrAdd } from "./collections";
import { TokenError } from "../errors";
import { agree, idsIn } from "./identity";
import type { Token } from "./jwt";
import { runRequest, type Running } from "./running";
import { createTokenError } from "./token-errors";
import type { TokenRequests } from "./token-identity";

// Loaded on demand: most tokens are accepted.

/** Returns the text of a token in the place of one that was refused, by a forced refresh if the issuer gives it again. */
export async function newerToken(
  requests: TokenRequests,
  running: Running,
  refused: Token,
): Promise<string> {
  const { identityStore, requestToken } = requests;
  const token = await requestToken(running);
  // If it is another one, the issuer has already replaced the refused one.
  const newer = token.text === refused.text ? await forceRefresh(requests, refused) : token;
  // Where nobody is named, as on a server that serves many, the request stays that of the refused token's user.
  if (
    identityStore.current().identity.userId === null &&
    !agree(idsIn(newer.claims), idsIn(refused.claims))
  )
    throw new TokenError("identity_changed");
  return newer.text;
}

/**
 * Replaces a token of another user, session or organization: Clerk may have cached the previous organization's under
 * this one's name, and only a refresh replaces it.
 *
 * @param isRefreshed - whether it has just been tried.
 * @throws TokenError (`token_mismatch`, `token_missing`) if nothing helps.
 */
export function replaceMismatched(
  requests: TokenRequests,
  token: Token | null,
  isRefreshed: boolean | undefined,
): Promise<Token> {
  if (token && !isRefreshed) return forceRefresh(requests, token);
  throw createTokenError(token ? "token_mismatch" : "token_missing");
}

/** Replaces a token that is of no use, once for all who wait for that. */
function forceRefresh(requests: TokenRequests, { text: useless }: Token): Promise<Token> {
  // A request of its own: the refresh must go on when the first of the requests that wait for it ends.
  const { identityStore, requestToken } = requests;
  const refreshes = (requests.refreshes ??= new Map<string, Promise<Token>>());
  return getOrAdd(refreshes, useless, () =>
    runRequest(identityStore, { goesOn: true }, (request) =>
      request.until(requestToken(request, true)),
    ).finally(() => refreshes.delete(useless)),
  );
}
