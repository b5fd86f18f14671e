import { TokenError } from "../errors";
import { type Identity, isTokenOf } from "./identity";
import { type IdentityStore, isUnnamed } from "./identity-store";
import { readToken, type Token } from "./jwt";
import { loadLater } from "./load-later";
import type { Running, TimeLimit, Timer } from "./running";
import { throwIfAborted } from "./signals";
import type { TokenRequests } from "./token-identity";

/**
 * Sends a request with a token. A 401 may only mean that the token is too old. So it sends the request once more: with
 * what `getToken` gives now or, if that is still the refused token, after a forced refresh, which all requests share
 * that were refused with it. It does not send it a third time: another 401 has another cause, which `send` tells.
 *
 * It asks for a token before every request and keeps none, because Clerk caches them. It adds what Clerk leaves open:
 * whose token it is, how long to wait for it, and what null means.
 *
 * @param request - ends the wait for a token, too. When it ends, this rejects with the reason, whatever still hangs.
 * @param send - sends the request with the token. It may be the last time: then nothing follows a 401.
 * @throws TokenError, the reason why the request has ended, or what `send` throws.
 */
export type FetchWithToken = (
  request: Running,
  send: (token: string, isLast?: boolean) => Promise<Response>,
) => Promise<Response>;

/** Where requests get their tokens. */
export interface Tokens {
  readonly fetchWithToken: FetchWithToken;
  /** Asks for a token to learn who is signed in, if only tokens tell it. */
  readonly identify: () => Promise<void>;
  /** Returns the token that the issuer gives now, whosever it is; null if it has none. It may never settle. */
  readonly callGetToken: (skipCache?: boolean) => Promise<Token | null>;
}

/** Before each attempt: Clerk is changing users when it gives null or another user's token, so it is asked again. */
const ATTEMPT_DELAYS_MS = [0, 100, 300, 900];

/** The longest delay of `setTimeout`, 24.8 days. It fires at once for more. */
export const MAX_TIMEOUT_MS = 2_147_483_647;

/** Calls `onLate` after a time in ms, unless the timer is cleared before. */
export const afterTimeout = (timeoutMs: number, onLate: () => void): Timer =>
  setTimeout(onLate, Math.min(timeoutMs, MAX_TIMEOUT_MS));

/**
 * Calls `onLate` with an error if no token has come in time, unless the timer is cleared before.
 *
 * @param timeoutMs - the app's `tokenTimeout`.
 */
export const afterTokenTimeout = (timeoutMs = 10_000, onLate: (error: TokenError) => void): Timer =>
  afterTimeout(timeoutMs, () =>
    onLate(
      new TokenError(
        "token_timeout",
        `No token within ${timeoutMs} ms. Check that Clerk can load, or raise tokenTimeout.`,
        { mayPass: true },
      ),
    ),
  );

/** Settles as `work` does, or rejects if that takes too long: Clerk may never load, and its getToken never settle. */
export const withTokenTimeout = <T>(timeoutMs: number | undefined, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = afterTokenTimeout(timeoutMs, reject);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/**
 * The way of a token, of which each step asks the next one: `fetchWithToken`, `requestToken` (in time, of the right user,
 * and not while users change), `callGetToken`.
 *
 * @param timeoutMs - longest wait for each token.
 */
export function createTokens(identityStore: IdentityStore, timeoutMs?: number): Tokens {
  // To decode it takes time, and many requests at once get the same. It is kept no longer than they are.
  let last: WeakRef<Token> | undefined;
  const limit: TimeLimit = (end) => afterTokenTimeout(timeoutMs, end);
  const requests: TokenRequests = { identityStore, requestToken };

  return {
    fetchWithToken: (running, send) => running.until(sendWithToken(running, send)),

    identify: () =>
      loadLater(
        () => import("./token-identity"),
        (code) => code.identify(requests),
        () => isUnnamed(identityStore.current()),
      ),

    callGetToken,
  };

  async function sendWithToken(
    running: Running,
    send: Parameters<FetchWithToken>[1],
  ): Promise<Response> {
    const token = await requestToken(running);
    let response = await send(token.text);
    if (response.status === 401) {
      await response.body?.cancel();
      // A request for code may hang, too.
      running.step(limit);
      const { newerToken } = await import("./refresh");
      response = await send(await newerToken(requests, running, token), true);
    }
    // A driver may wait before its next request.
    running.step();
    return response;
  }

  /** Asks until the token is the identity's. If it never is, only a forced refresh may help. */
  async function requestToken(running: Running, skipCache?: boolean): Promise<Token> {
    running.step(limit);
    let token: Token | null = null;
    for (const delay of ATTEMPT_DELAYS_MS) {
      if (delay) await new Promise((resume) => setTimeout(resume, delay));
      await identityStore.signedInIdentity(false);
      const naming = identityStore.current().isNamedByToken && (await import("./token-identity"));
      token = await callGetToken(skipCache);
      // Clerk may have started a change in the meantime. During a change its tokens are those of the next
      // organization. And a token that arrives after the end of its identity must not be used.
      await identityStore.signedInIdentity(false);
      throwIfAborted(running.signal);
      if (!token) continue;
      // It may end the request's identity, too, and with it the request.
      if (naming) naming.nameIdentity(identityStore, token);
      if (belongsTo(identityStore.current().identity, token)) return token;
    }
    if (isOffline()) throw offline();
    return (await import("./refresh")).replaceMismatched(requests, token, skipCache);
  }

  /** `FaunaProvider` keeps the `getToken` of Clerk's `useAuth()` in the store: see `readAuth` (identity.ts). */
  async function callGetToken(skipCache = false): Promise<Token | null> {
    const { getToken, template } = identityStore.current();
    try {
      const text = await getToken(skipCache ? { template, skipCache } : { template });
      if (!text) return null;
      const known = last?.deref();
      if (known?.text === text) return known;
      const token = readToken(text);
      if (token) {
        last = new WeakRef(token);
        return token;
      }
    } catch (cause) {
      if (isOffline(cause)) throw offline(cause);
      throw (await import("./token-errors")).toTokenError(cause, template);
    }
    throw (await import("./token-errors")).createTokenError("token_malformed");
  }
}

/** The secret of a key does not say whose it is. And on a server it need not be known. */
export const belongsTo = (identity: Identity, { claims }: Token): boolean =>
  identity.userId === null || !claims || isTokenOf(identity, claims);

/**
 * Whether the device knows that it is offline, or Clerk does. In Node nobody does. The class of Clerk's error is minified,
 * only its code tells.
 */
export const isOffline = (failure?: unknown): boolean =>
  (globalThis.navigator as Navigator | undefined)?.onLine === false ||
  (failure as { code?: unknown } | null | undefined)?.code === "clerk_offline";

const offline = (cause?: unknown): TokenError =>
  new TokenError("offline", undefined, { cause, mayPass: true });
