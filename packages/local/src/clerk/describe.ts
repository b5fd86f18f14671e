import type { Call } from "./call";
import { clientResource, sessionResource, type Resource } from "./resources";
import type { Session } from "./sessions";
import type { TokenSubject } from "./tokens";

/** For whom a call's tokens are made. */
export function subjectOf(
  call: Call,
  { user, organizationId }: Pick<Session, "user" | "organizationId">,
): TokenSubject {
  return { user, organizationId, origin: call.origin };
}

export async function tokenResource(jwt: Promise<string>): Promise<Resource> {
  return { object: "token", jwt: await jwt };
}

/** A session with a fresh token in it. */
export async function describeSession(call: Call, session: Session): Promise<Resource> {
  const jwt = call.state.tokens.forSession(session, subjectOf(call, session));
  return sessionResource(session, await tokenResource(jwt));
}

/** The calling client with everyone who is signed in there. */
export async function describeClient(call: Call): Promise<Resource> {
  const sessions = call.state.sessions.activeOf(call.client);
  const resources = sessions.map((session) => describeSession(call, session));
  return clientResource(call.client, await Promise.all(resources));
}
