import { TokenError, type TokenErrorCode } from "../errors";
import { type Identity, isTokenOf } from "./identity";
import type { IdentityStore } from "./identity-store";
import { isJwt, isToken } from "./jwt";
import { throwIfAborted, untilAborted } from "./signals";
import type { TokenRequests } from "./token-identity";

/**
 * Sends a request with a token. If the answer is a 401, it sends the request once more with a newer token. All
 * requests that were refused with the same token share one forced refresh. It asks for a token before every request
 * and keeps none, because Clerk caches them. It adds what Clerk leaves open: whose token it is, how long to wait for
 * it, and what null means.
 *
 * @param signal - ends the wait for a token. The caller passes it to `fetch` as well.
 * @param send - sends the request with the token.
 * @throws TokenError, the signal's reason, or what `send` throws.
 */
export type FetchWithToken = (
  signal: AbortSignal,
  send: (token: string) => Promise<Response>,
) => Promise<Response>;

/** Where requests get their tokens. */
export interface Tokens {
  readonly fetchWithToken: FetchWithToken;
  /** Asks for a token to learn who is signed in, if only tokens tell it. */
  readonly identify: () => Promise<void>;
}

/** Clerk is changing users when it gives null or another user's token. So ask again, after these delays. */
const RETRY_DELAYS_MS = [100, 300, 900];

/** The longest delay of `setTimeout`, 24.8 days. It fires at once for more. */
export const MAX_TIMEOUT_MS = 2_147_483_647;

/**
 * Calls `onLate` with the error that whoever gives the tokens takes too long, until the returned function is called.
 *
 * @param timeoutMs - the app's `tokenTimeout`.
 */
export function afterTokenTimeout(
  timeoutMs = 10_000,
  onLate: (error: TokenError) => void,
): () => void {
  const tooLate = (): void => onLate(new TokenError("token_timeout", timeoutMs));
  const timer = setTimeout(tooLate, Math.min(timeoutMs, MAX_TIMEOUT_MS));
  return () => clearTimeout(timer);
}

/** Settles as `work` does, or rejects if that takes too long: Clerk may never load, and its getToken never settle. */
export const withTokenTimeout = <T>(timeoutMs: number | undefined, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = afterTokenTimeout(timeoutMs, reject);
    void work.then(resolve, reject).finally(cancel);
  });

/** @param timeoutMs - longest wait for each token. */
export function createTokens(identityStore: IdentityStore, timeoutMs?: number): Tokens {
  async function requestToken(signal: AbortSignal, skipCache?: boolean): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      await identityStore.signedInIdentity(false);
      const naming = identityStore.current().isNamedByToken && (await import("./token-identity"));
      const token = await callGetToken(skipCache);
      // Clerk may have started a change in the meantime. During a change its tokens are those of the next
      // organization.
      await identityStore.signedInIdentity(false);
      // A token that arrives after the end of its identity must not be used.
      throwIfAborted(signal);
      if (naming && token) naming.nameIdentity(identityStore, token);
      // It may have ended the identity itself.
      throwIfAborted(signal);
      if (token && belongsTo(identityStore.current().identity, token)) return token;
      const delay = RETRY_DELAYS_MS[attempt];
      // Clerk may have cached the previous organization's token under this one's name. Only a refresh replaces it.
      if (!delay && token && !skipCache)
        return (await import("./refresh")).forceRefresh(requests, token, signal);
      if (!delay) throw new TokenError(unusableTokenCode(token));
      await new Promise((resume) => setTimeout(resume, delay));
    }
  }

  async function callGetToken(skipCache = false): Promise<string | null> {
    const { getToken, template } = identityStore.current();
    const token = await getToken(skipCache ? { template, skipCache } : { template }).catch(
      (cause: unknown) => {
        throw tokenFailure(cause, template);
      },
    );
    if (token && !isToken(token)) throw new TokenError("token_malformed");
    return token;
  }

  const withTimeout = (token: Promise<string>, signal: AbortSignal): Promise<string> =>
    untilAborted(signal, withTokenTimeout(timeoutMs, token));

  const requests: TokenRequests = {
    identityStore,
    requestToken,
    withTimeout,
    refreshes: new Map(),
  };

  return {
    async fetchWithToken(signal, send) {
      const token = await withTimeout(requestToken(signal), signal);
      const response = await send(token);
      if (response.status !== 401) return response;
      await response.body?.cancel();
      const { newerToken } = await import("./refresh");
      return send(await newerToken(requests, token, signal));
    },

    async identify() {
      if (identityStore.current().isNamedByToken)
        await (await import("./token-identity")).identify(requests);
    },
  };
}

/** The secret of a key does not say whose it is. And on a server it need not be known. */
const belongsTo = (identity: Identity, token: string): boolean =>
  identity.userId === null || !isJwt(token) || isTokenOf(identity, token);

const unusableTokenCode = (token: string | null): TokenErrorCode =>
  token ? "token_mismatch" : isOffline() ? "offline" : "token_missing";

/** Whether the device knows that it is offline. In Node it never does. */
const isOffline = (): boolean => (globalThis.navigator as Navigator | undefined)?.onLine === false;

const NO_SESSION = /^(no )?session/i;

interface ClerkFailure {
  code?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown; message?: unknown; longMessage?: unknown }[];
}

/** Explains a rejected `getToken`. */
export function tokenFailure(cause: unknown, template: string): TokenError {
  const code = tokenErrorCode(Object(cause) as ClerkFailure);
  return new TokenError(code, code === "token_failed" ? String(cause) : template, { cause });
}

// Clerk's bundles are minified, so only status, code and text tell its errors apart, never the class or its name.
function tokenErrorCode({ code, status, errors }: ClerkFailure): TokenErrorCode {
  const [first] = errors ?? [];
  const reason = first?.code ?? code;
  if (status === 404 || reason === "resource_not_found")
    // The session of another tab that has signed out is not found either. Only Clerk's text tells which one it is.
    return [first?.message, first?.longMessage].some((text) => NO_SESSION.test(String(text)))
      ? "session_ended"
      : "template_not_found";
  if (status === 429) return "rate_limited";
  if (status === 401) return "session_ended";
  return reason === "clerk_offline" || isOffline() ? "offline" : "token_failed";
}
