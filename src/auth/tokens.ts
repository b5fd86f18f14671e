import { TokenError } from "../errors";
import { CLAIMS, decodePart } from "./claims";
import type { Identity } from "./identity";
import type { Session } from "./session";
import { isOffline, tokenFailure } from "./token-failure";

/** A token and when it was asked for, counted in forced refreshes. */
export interface IssuedToken {
  readonly token: string;
  readonly refreshes: number;
}

/**
 * Gets a token for each request, as long as its signal lives. It keeps none: caching is Clerk's. It adds what Clerk leaves open: whose token it
 * is, how long to wait, what null means, and that many who were refused share one forced refresh.
 *
 * @param refused - a token that Fauna answered 401 to: a newer one is wanted. One forced refresh serves all who want
 * one, however late they come.
 * @throws TokenError, or the reason of the signal.
 */
export type TokenSource = (signal: AbortSignal, refused?: IssuedToken) => Promise<IssuedToken>;

/** Pauses in ms before null, or somebody else's token, is asked about again: Clerk is in the middle of a change. */
const PAUSES = [100, 300, 900];

/** @param timeout - longest wait in ms for each token. */
export function createTokenSource(session: Session, timeout: number): TokenSource {
  let refreshes = 0;
  let refresh: Promise<string> | undefined;

  async function ask(signal: AbortSignal, skipCache: boolean): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      await session.settled();
      const token = await issue(skipCache);
      // Clerk may have begun a change meanwhile, in which tokens are already those of the next organization.
      const identity = await session.settled();
      // Nobody may be sent, or even told about, a token that came after the end of its identity.
      signal.throwIfAborted();
      if (token && belongsTo(identity, token)) return token;
      const pause = PAUSES[attempt];
      if (!pause) throw new TokenError(refusal(token));
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }

  async function issue(skipCache: boolean): Promise<string | null> {
    const { getToken, template } = session.current();
    try {
      return await getToken(skipCache ? { template, skipCache } : { template });
    } catch (cause) {
      throw tokenFailure(cause, template);
    }
  }

  // Clerk's getToken may never settle (server rendering, a Clerk that failed to load), hence the race.
  const limit = (token: Promise<string>, signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      const timer = setTimeout(() => reject(new TokenError("token_timeout", timeout)), timeout);
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
      void token.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      });
    });

  async function forceRefresh(): Promise<string> {
    // A signal of its own: it must not end because the first of those who wait for it gives up.
    const signal = session.begin();
    try {
      const token = await limit(ask(signal, true), signal);
      refreshes++;
      return token;
    } finally {
      refresh = undefined;
    }
  }

  return async (signal, refused) => {
    const asOf = refreshes;
    // A refresh that succeeded since `refused` was asked for has already done it; Clerk has the new one.
    const work = refused?.refreshes === asOf ? (refresh ??= forceRefresh()) : ask(signal, false);
    return { token: await limit(work, signal), refreshes: asOf };
  };
}

function belongsTo({ userId, sessionId, orgId }: Identity, token: string): boolean {
  const claims = decodePart(token, CLAIMS);
  // The secret of a Fauna key says nothing about its user.
  if (!claims || userId === null) return true;
  const { sub, sid = sessionId, org_id = orgId } = claims;
  // Only Clerk has sessions. An organization is told by convention: a claim that is something else is not compared.
  const isOrg = /^(org_|null$)/.test(String(org_id));
  return sub === userId && (!sessionId || (sid === sessionId && (org_id === orgId || !isOrg)));
}

const refusal = (token: string | null): "token_mismatch" | "offline" | "token_missing" =>
  token ? "token_mismatch" : isOffline() ? "offline" : "token_missing";
