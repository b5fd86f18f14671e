import { param, type Call, type Route } from "./call";
import { describeClient, describeSession, subjectOf, tokenResource } from "./describe";
import type { Resource } from "./resources";
import type { Session } from "./sessions";

/** Sessions: tokens, choosing session and organization, signing out. */
export const sessionRoutes: readonly Route[] = [
  { method: "POST", path: "/v1/client/sessions/:session/tokens", handle: sessionToken },
  { method: "POST", path: "/v1/client/sessions/:session/tokens/:template", handle: templateToken },
  { method: "POST", path: "/v1/client/sessions/:session/touch", handle: touch },
  { method: "POST", path: "/v1/client/sessions/:session/end", handle: signOut },
  { method: "POST", path: "/v1/client/sessions/:session/remove", handle: signOut },
  { method: "DELETE", path: "/v1/client/sessions", handle: signOutAll },
];

function sessionOf(call: Call): Session {
  return call.state.sessions.active(call.client, param(call, "session"));
}

function sessionToken(call: Call): Promise<Resource> {
  const session = sessionOf(call);
  // The SDK says which organization the page shows, which may be ahead of the session's own.
  const asked = call.form.get("organization_id");
  const organizationId = asked === null ? session.organizationId : asked || null;
  const subject = subjectOf(call, { user: session.user, organizationId });
  return tokenResource(call.state.tokens.forSession(session, subject));
}

function templateToken(call: Call): Promise<Resource> {
  const session = sessionOf(call);
  const template = call.state.templates.get(param(call, "template"));
  return tokenResource(call.state.tokens.fromTemplate(template, subjectOf(call, session)));
}

async function touch(call: Call): Promise<Resource> {
  const { sessions } = call.state;
  const session = sessionOf(call);
  const organizationId = call.form.get("active_organization_id");
  if (organizationId !== null) sessions.setOrganization(session, organizationId || null);
  sessions.touch(call.client, session);
  return { response: await describeSession(call, session), client: await describeClient(call) };
}

async function signOut(call: Call): Promise<Resource> {
  const session = sessionOf(call);
  call.state.sessions.end(session.id, "removed");
  return { response: await describeSession(call, session), client: await describeClient(call) };
}

async function signOutAll(call: Call): Promise<Resource> {
  call.state.sessions.endAll(call.client);
  return { response: await describeClient(call), client: null };
}
