import { param, type Call, type Route } from "./call";
import { clientResource, sessionResource, type Resource } from "./resources";
import type { Session } from "./sessions";
import type { TokenSubject } from "./tokens";

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

async function sessionToken(call: Call): Promise<Resource> {
  const session = sessionOf(call);
  // The SDK says which organization the page shows, which may be ahead of the session's own.
  const asked = call.form.get("organization_id");
  const organizationId = asked === null ? session.organizationId : asked || null;
  const subject: TokenSubject = { user: session.user, organizationId, origin: call.origin };
  return { object: "token", jwt: await call.state.tokens.forSession(session, subject) };
}

async function templateToken(call: Call): Promise<Resource> {
  const { user, organizationId } = sessionOf(call);
  const template = call.state.templates.get(param(call, "template"));
  const subject: TokenSubject = { user, organizationId, origin: call.origin };
  return { object: "token", jwt: await call.state.tokens.fromTemplate(template, subject) };
}

function touch(call: Call): Resource {
  const { sessions } = call.state;
  const session = sessionOf(call);
  const organizationId = call.form.get("active_organization_id");
  if (organizationId !== null) sessions.setOrganization(session, organizationId || null);
  sessions.touch(call.client, session);
  return withClient(call, sessionResource(session));
}

function signOut(call: Call): Resource {
  const session = sessionOf(call);
  call.state.sessions.end(session.id, "removed");
  return withClient(call, sessionResource(session));
}

function signOutAll(call: Call): Resource {
  call.state.sessions.endAll(call.client);
  return { response: clientResource(call.state.sessions, call.client), client: null };
}

function withClient(call: Call, response: Resource): Resource {
  return { response, client: clientResource(call.state.sessions, call.client) };
}
