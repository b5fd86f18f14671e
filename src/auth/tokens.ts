import { TokenError, type TokenErrorCode } from "../errors";
import type { Identity } from "./identity";
import type { Session } from "./identity-store";
import { CLAIMS, decodePart } from "./jwt";

/**
 * Sends a request with a token, and once more with a newer one if the first is refused with a 401; one forced refresh
 * serves all who were refused, however late they come. Each token is asked for anew, as long as the signal lives. It
 * keeps none: caching is Clerk's. It adds what Clerk leaves open: whose token it is, how long to wait, what null means.
 *
 * @param attempt - sends the request.
 * @throws TokenError, the reason of the signal, or what `attempt` throws.
 */
export type Authorize = (
  signal: AbortSignal,
  attempt: (token: string) => Promise<Response>,
) => Promise<Response>;

/** Pauses in ms before null, or somebody else's token, is asked about again: Clerk is in the middle of a change. */
const PAUSES = [100, 300, 900];

/** @param timeout - longest wait in ms for each token. */
export function createAuthorize(session: Session, timeout = 10_000): Authorize {
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
      // Clerk may have kept one of the organization before under the name of this one: then only a newer one will do.
      if (!pause && token && !skipCache) return (refresh ??= forceRefresh());
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

  return async (signal, attempt) => {
    const asOf = refreshes;
    const response = await attempt(await limit(ask(signal, false), signal));
    if (response.status !== 401) return response;
    await response.body?.cancel();
    // A refresh that succeeded since the token was asked for has already done it; Clerk has the new one.
    const next = refreshes === asOf ? (refresh ??= forceRefresh()) : ask(signal, false);
    return attempt(await limit(next, signal));
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

interface ClerkFailure {
  code?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown }[];
}

/** Whether the device knows that it is offline; in Node it never does. */
export const isOffline = (): boolean =>
  (globalThis.navigator as Navigator | undefined)?.onLine === false;

// Clerk's bundles are minified: its failures are known by status and code only, never by class or name.
function codeOf({ code, status, errors }: ClerkFailure): TokenErrorCode {
  const reason = errors?.[0]?.code ?? code;
  if (status === 404 || reason === "resource_not_found") return "template_not_found";
  if (status === 429) return "rate_limited";
  if (status === 401) return "session_ended";
  return reason === "clerk_offline" || isOffline() ? "offline" : "token_failed";
}

/** What a rejected `getToken` means. */
export function tokenFailure(cause: unknown, template: string): TokenError {
  const code = codeOf(Object(cause) as ClerkFailure);
  return new TokenError(code, code === "token_failed" ? String(cause) : template, { cause });
}
