import { TokenError, type TokenErrorCode } from "../errors";

interface ClerkFailure {
  code?: unknown;
  status?: unknown;
  errors?: readonly { code?: unknown }[];
}

// Clerk's bundles are minified: its failures are known by status and code only, never by class or name.
function codeOf(failure: ClerkFailure): TokenErrorCode {
  const code = failure.errors?.[0]?.code ?? failure.code;
  if (code === "clerk_offline") return "offline";
  if (failure.status === 404 || code === "resource_not_found") return "template_not_found";
  if (failure.status === 429) return "rate_limited";
  if (failure.status === 401) return "session_ended";
  return globalThis.navigator?.onLine === false ? "offline" : "token_failed";
}

/** The message of each code: what happened and the mend. */
export const tokenMessages: Record<TokenErrorCode, (template: string, detail: string) => string> = {
  template_not_found: (template) =>
    `Clerk has no JWT template "${template}". Create it in the Clerk dashboard (JWT templates), or pass the name of yours as template.`,
  token_missing: () =>
    "The user is signed in, but getToken returned null. If the session has ended, sign in again; with your own getToken, pass userId={null} while nobody is signed in.",
  token_mismatch: () =>
    "The token belongs to another user or session than the one on the screen, so it was not sent. Pass the auth (or userId) that goes with getToken.",
  token_timeout: (_, detail) =>
    `No token within ${detail} ms. Check that Clerk could load (network, ad blocker, publishable key), or raise tokenTimeout.`,
  token_failed: (_, detail) => `Clerk could not make a token: ${detail}. See cause.`,
  session_ended: () => "Clerk says that the session has ended or was revoked. Sign in again.",
  rate_limited: () => "Clerk limits the rate of token requests (429). Try again in a moment.",
  offline: () => "No token, because this device is offline. Try again once it is online.",
};

/** Makes a {@link TokenError} with its message. */
export function tokenError(
  code: TokenErrorCode,
  template: string,
  { detail = "", cause }: { detail?: string; cause?: unknown } = {},
): TokenError {
  return new TokenError(
    code,
    tokenMessages[code](template, detail),
    cause === undefined ? undefined : { cause },
  );
}

/** What a rejected `getToken` means. */
export function tokenFailure(cause: unknown, template: string): TokenError {
  const failure = typeof cause === "object" && cause !== null ? (cause as ClerkFailure) : {};
  const detail = cause instanceof Error ? cause.message : String(cause);
  return tokenError(codeOf(failure), template, { detail, cause });
}
