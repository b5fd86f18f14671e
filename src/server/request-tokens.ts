import type { GetToken } from "../auth/identity";
import { CLAIMS, decodeJwtPart } from "../auth/jwt";
import { ConfigurationError } from "../errors";
import { withoutFetchCache } from "./plain-fetch";

/** What the server SDK of Clerk says of a request: what `auth()` or `getAuth(args)` returned. */
export interface FaunaServerAuth {
  readonly userId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  readonly orgId?: string | null | undefined;
  readonly getToken: (options: { template: string }) => Promise<string | null>;
  /** The claims of Clerk's own token. */
  readonly sessionClaims?: { readonly iat?: unknown } | null | undefined;
}

/** How long before its end a token is replaced, if it lives long enough. */
const MARGIN_MS = 5000;

/** How far the clocks of Clerk and of this server may differ. */
const MAX_SKEW_S = 30;

/**
 * Clerk's servers mint a token for each call. This keeps one in memory for the life of a request, and asks for the
 * next one when it ends or when Fauna has refused it. All who ask meanwhile wait for the same.
 */
export function keepToken({ getToken, sessionClaims }: FaunaServerAuth): GetToken {
  const requestedAt = Math.floor(Date.now() / 1000) - MAX_SKEW_S;
  // Both are of Clerk's clock. A token of this request is newer than the one that the request came with.
  const oldest = Math.max(requestedAt, Number(sessionClaims?.iat) || 0);
  let kept: Promise<string | null> | undefined;
  let endsAt = 0;

  async function mint(template: string): Promise<string | null> {
    const now = Date.now();
    const token = await withoutFetchCache(() => getToken({ template }));
    const { iat, exp } = decodeJwtPart(token ?? "", CLAIMS) ?? {};
    if (Number(iat) < oldest) refuseCached();
    const life = (Number(exp) - Number(iat)) * 1000;
    // Without these claims it does not end.
    endsAt = life ? now + Math.max(life - MARGIN_MS, life / 2) : Infinity;
    return token;
  }

  return async ({ template, skipCache }) => {
    if (!kept || skipCache || Date.now() >= endsAt) {
      endsAt = Infinity;
      const minted = mint(template);
      kept = minted;
      // A failure, or null, is not kept.
      const forget = (): void => {
        if (kept === minted) kept = undefined;
      };
      minted.then((token) => token ?? forget(), forget);
    }
    return kept;
  };
}

function refuseCached(): never {
  throw new ConfigurationError(
    "not_supported",
    "Clerk's answer came from a fetch cache: the token is older than this request. Remove fetchCache = \"force-cache\" from the route and delete .next/cache/fetch-cache, where the tokens are. If no such cache is on, set this server's clock.",
  );
}
