import type { LocalRequest, LocalResponse } from "../http/exchange";
import { missingParameter } from "./api-error";
import { type Browser, clientUat, cookieNames } from "./browser";
import type { ClerkState } from "./call";
import type { Session } from "./sessions";

/** Where the SDKs for servers send a navigation whose cookies do not say who is signed in. */
export const HANDSHAKE_PATH = "/v1/client/handshake";

/**
 * Gives the browser a new session token, or takes it away, and sends it back. The cookies are of this host, and cookies
 * know no ports: a page on the same host has them, too, without the token that real Clerk passes on in the URL.
 */
export async function handshake(
  state: ClerkState,
  request: LocalRequest,
  { client, setCookie }: Browser,
): Promise<LocalResponse> {
  const back = request.query.get("redirect_url");
  if (back === null || !URL.canParse(back)) throw missingParameter("redirect_url");
  const { sessions } = state;
  const session = sessions.activeOf(client).find(({ id }) => id === client.lastActiveSessionId);
  const cookies = [
    ...setCookie,
    ...clientUat(state, client),
    ...(await sessionToken(state, session, new URL(back).origin)),
  ];
  return { status: 307, headers: { location: back, "set-cookie": cookies } };
}

async function sessionToken(
  state: ClerkState,
  session: Session | undefined,
  origin: string,
): Promise<readonly string[]> {
  const token = session && (await state.tokens.forSession(session, { ...session, origin }));
  const rest = `Path=/; SameSite=Lax${token === undefined ? "; Max-Age=0" : ""}`;
  return cookieNames("__session", state).map((name) => `${name}=${token ?? ""}; ${rest}`);
}
