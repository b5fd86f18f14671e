import { TokenError, type TokenErrorCode } from "../errors";
import type { Identity } from "./identity";
import type { IdentityStore } from "./identity-store";
import { CLAIMS, decodeJwtPart } from "./jwt";

/**
 * Sends a request with a token. If the answer is a 401, it sends the request once more with a newer token; one
 * forced refresh serves all requests that were refused, however late they come. It asks for a token before every
 * request and keeps none, because Clerk caches them. It adds what Clerk leaves open: whose token it is, how long to
 * wait for it, and what null means.
 *
 * @param signal - ends the wait for a token. The caller passes it to `fetch` as well.
 * @param send - sends the request with the token.
 * @throws TokenError, the signal's reason, or what `send` throws.
 */
export type FetchWithToken = (
  signal: AbortSignal,
  send: (token: string) => Promise<Response>,
) => Promise<Response>;

/** Clerk is changing users when it gives null or another user's token. So ask again, after these delays. */
const RETRY_DELAYS_MS = [100, 300, 900];

/** @param timeoutMs - longest wait for each token. */
export function createFetchWithToken(
  identityStore: IdentityStore,
  timeoutMs = 10_000,
): FetchWithToken {
  let refreshCount = 0;
  let refresh: Promise<string> | undefined;

  async function requestToken(signal: AbortSignal, skipCache: boolean): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      await identityStore.signedInIdentity();
      const token = await callGetToken(skipCache);
      // Clerk may have started a change in the meantime. During a change its tokens are those of the next
      // organization.
      const identity = await identityStore.signedInIdentity();
      // A token that arrives after the end of its identity must not be used.
      signal.throwIfAborted();
      if (token && belongsTo(identity, token)) return token;
      const delay = RETRY_DELAYS_MS[attempt];
      // Clerk may have cached the previous organization's token under this one's name. Only a refresh replaces it.
      if (!delay && token && !skipCache) return (refresh ??= forceRefresh());
      if (!delay) throw new TokenError(unusableTokenCode(token));
      await new Promise((resume) => setTimeout(resume, delay));
    }
  }

  async function callGetToken(skipCache: boolean): Promise<string | null> {
    const { getToken, template } = identityStore.current();
    try {
      return await getToken(skipCache ? { template, skipCache } : { template });
    } catch (cause) {
      throw tokenFailure(cause, template);
    }
  }

  // Clerk's getToken may never settle: on a server, or when Clerk has failed to load.
  const withTimeout = (token: Promise<string>, signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      const timer = setTimeout(() => reject(new TokenError("token_timeout", timeoutMs)), timeoutMs);
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
      void token.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      });
    });

  async function forceRefresh(): Promise<string> {
    // With its own signal: the refresh must go on when the first of the requests that wait for it is aborted.
    const signal = identityStore.requestSignal();
    try {
      const token = await withTimeout(requestToken(signal, true), signal);
      refreshCount++;
      return token;
    } finally {
      refresh = undefined;
    }
  }

  return async (signal, send) => {
    const refreshCountAtStart = refreshCount;
    const response = await send(await withTimeout(requestToken(signal, false), signal));
    if (response.status !== 401) return response;
    await response.body?.cancel();
    // If a refresh has succeeded since this request asked for its token, Clerk already has a newer one.
    const isRefreshed = refreshCount !== refreshCountAtStart;
    const newer = isRefreshed ? requestToken(signal, false) : (refresh ??= forceRefresh());
    return send(await withTimeout(newer, signal));
  };
}

function belongsTo({ userId, sessionId, orgId }: Identity, token: string): boolean {
  const claims = decodeJwtPart(token, CLAIMS);
  // The secret of a Fauna key does not say whose it is.
  if (!claims || userId === null) return true;
  const { sub, sid = sessionId, org_id = orgId } = claims;
  // Only Clerk has sessions. A template may give org_id another meaning; then it is not compared.
  const isOrg = /^(org_|null$)/.test(String(org_id));
  return sub === userId && (!sessionId || (sid === sessionId && (org_id === orgId || !isOrg)));
}

const unusableTokenCode = (token: string | null): TokenErrorCode =>
  token ? "token_mismatch" : isOffline() ? "offline" : "token_missing";

/** Whether the device knows that it is offline. In Node it never does. */
const isOffline = (): boolean => (globalThis.navigator as Navigator | undefined)?.onLine === false;

interface ClerkFailure {
  code?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown }[];
}

/** Explains a rejected `getToken`. */
export function tokenFailure(cause: unknown, template: string): TokenError {
  const code = tokenErrorCode(Object(cause) as ClerkFailure);
  return new TokenError(code, code === "token_failed" ? String(cause) : template, { cause });
}

// Clerk's bundles are minified, so only status and code tell its errors apart, never the class or its name.
function tokenErrorCode({ code, status, errors }: ClerkFailure): TokenErrorCode {
  const reason = errors?.[0]?.code ?? code;
  if (status === 404 || reason === "resource_not_found") return "template_not_found";
  if (status === 429) return "rate_limited";
  if (status === 401) return "session_ended";
  return reason === "clerk_offline" || isOffline() ? "offline" : "token_failed";
}
