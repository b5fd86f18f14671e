import type { Call, Route } from "./call";
import { describeClient } from "./describe";
import { membershipResource, type Resource } from "./resources";
import type { LocalClerkUser } from "./users";
import { unauthenticated } from "./api-error";

/** Loading the SDK, and what a page asks about its user. */
export const clientRoutes: readonly Route[] = [
  { method: "GET", path: "/v1/environment", handle: environment },
  { method: "GET", path: "/v1/client", handle: client },
  { method: "PUT", path: "/v1/client", handle: client },
  { method: "DELETE", path: "/v1/client", handle: destroyClient },
  { method: "GET", path: "/v1/me/organization_memberships", handle: memberships },
  { method: "GET", path: "/.well-known/jwks.json", handle: ({ state }) => state.key.jwks },
];

function environment(): Resource {
  return {
    object: "environment",
    auth_config: { object: "auth_config", single_session_mode: false },
    organization_settings: { enabled: true, max_allowed_memberships: 0 },
  };
}

async function client(call: Call): Promise<Resource> {
  return { response: await describeClient(call), client: null };
}

function destroyClient(call: Call): Promise<Resource> {
  call.state.sessions.endAll(call.client);
  return client(call);
}

function memberships(call: Call): Resource {
  const user = activeUser(call);
  const data = user.organizations.map((one) => membershipResource(user, one));
  return { response: { data, total_count: data.length }, client: null };
}

function activeUser({ state, client }: Call): LocalClerkUser {
  if (client.lastActiveSessionId === null) throw unauthenticated();
  return state.sessions.active(client, client.lastActiveSessionId).user;
}
