import { TokenError, type TokenErrorCode } from "../errors";

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
