import type { TokenError } from "../errors";
import { decodeToken } from "./claims";
import type { Identity } from "./identity";
import type { Call, Session } from "./session";
import { tokenError, tokenFailure } from "./token-failure";

/** A token and when it was asked for, counted in forced refreshes. */
export interface IssuedToken {
  readonly token: string;
  readonly refreshes: number;
}

/** Pauses in ms before null, or somebody else's token, is asked about again: Clerk is in the middle of a change. */
const PAUSES = [100, 300, 900];

/**
 * Gets a token for each request. It keeps none: caching is Clerk's. It adds what Clerk leaves open: whose token it
 * is, how long to wait, what null means, and that many who were refused share one forced refresh.
 */
export class TokenSource {
  #refreshes = 0;
  #refresh: { identity: string; token: Promise<string> } | undefined;
  readonly #session: Session;
  readonly #timeout: number;

  constructor(session: Session, timeout: number) {
    this.#session = session;
    this.#timeout = timeout;
  }

  /** A token for the call's user. Rejects with a {@link TokenError}, or with the reason of the call's signal. */
  async get(call: Call): Promise<IssuedToken> {
    const refreshes = this.#refreshes;
    return { token: await this.#limit(this.#ask(call, false), call), refreshes };
  }

  /** A token that is newer than the refused one: one forced refresh, whoever asks, and however late. */
  async renew(call: Call, refused: IssuedToken): Promise<IssuedToken> {
    // A refresh that finished since `refused` was asked for has already done it; Clerk has the new one.
    if (refused.refreshes < this.#refreshes) return this.get(call);
    const identity = this.#session.identity.key;
    if (this.#refresh?.identity !== identity)
      this.#refresh = { identity, token: this.#forceRefresh(identity) };
    const token = await this.#limit(this.#refresh.token, call);
    return { token, refreshes: this.#refreshes };
  }

  async #forceRefresh(identity: string): Promise<string> {
    // A call of its own: it must not end because the first of those who wait for it gives up.
    const call = this.#session.begin();
    try {
      const token = await this.#limit(this.#ask(call, true), call);
      this.#refreshes++;
      return token;
    } finally {
      call.finish();
      if (this.#refresh?.identity === identity) this.#refresh = undefined;
    }
  }

  async #ask({ signal }: Call, skipCache: boolean): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const identity = await this.#session.settled(signal);
      const token = await this.#fromIssuer(identity.template, skipCache);
      // Nobody may be told about, or sent, a token that came after the end of its identity.
      signal.throwIfAborted();
      if (token && belongsTo(identity, token)) return token;
      const pause = PAUSES[attempt];
      if (pause === undefined) throw refusal(identity, token);
      await sleep(pause, signal);
    }
  }

  async #fromIssuer(template: string, skipCache: boolean): Promise<string | null> {
    try {
      return await this.#session.getToken(skipCache ? { template, skipCache } : { template });
    } catch (cause) {
      throw tokenFailure(cause, template);
    }
  }

  /** Clerk's getToken may never settle (server rendering, a Clerk that failed to load), hence the race. */
  #limit(token: Promise<string>, { signal, identity }: Call): Promise<string> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      const timer = setTimeout(
        () =>
          reject(tokenError("token_timeout", identity.template, { detail: String(this.#timeout) })),
        this.#timeout,
      );
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort);
      void token.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      });
    });
  }
}

function belongsTo({ userId, sessionId }: Identity, token: string): boolean {
  const decoded = decodeToken(token);
  // The secret of a Fauna key says nothing about its user.
  if (!decoded || userId === null) return true;
  const { sub, sid } = decoded.claims;
  return sub === userId && (sid === undefined || sessionId === null || sid === sessionId);
}

function refusal({ template }: Identity, token: string | null): TokenError {
  if (token) return tokenError("token_mismatch", template);
  const offline = globalThis.navigator?.onLine === false;
  return tokenError(offline ? "offline" : "token_missing", template);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
