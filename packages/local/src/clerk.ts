import { randomBytes } from "node:crypto";
import type { LocalRequest, LocalResponse } from "./http/exchange";
import { listen, type Listener } from "./http/listen";
import { DEFAULT_CLIENT } from "./clerk/browser";
import type { ClerkState } from "./clerk/call";
import { preflight, withCors } from "./clerk/cors";
import { demoUsers } from "./clerk/demo-users";
import { Directory } from "./clerk/directory";
import { LocalClerkFaults } from "./clerk/faults";
import type { LocalClerk, LocalClerkOptions, LocalClerkSession } from "./clerk/local-clerk";
import { publishableKeyFor } from "./clerk/publishable-key";
import { logEntry, type LocalClerkRequest } from "./clerk/request-log";
import { route } from "./clerk/router";
import { Sessions, type Session } from "./clerk/sessions";
import { SigningKey } from "./clerk/signing-key";
import { Templates } from "./clerk/templates";
import { Tokens } from "./clerk/tokens";

/**
 * Starts a local Clerk on the loopback interface: the part of its Frontend API that the real
 * SDKs need to load, sign in, switch user and organization, sign out and get tokens, the handshake of its
 * SDKs for servers, and the JWT templates and tokens of its Backend API. For development and tests without an account or a network; it asks nobody
 * for a secret, so never let it face users.
 *
 * @example
 * ```ts
 * const clerk = await startLocalClerk();
 * const fauna = await startLocalFauna({
 *   accessProviders: [{ name: "Clerk", issuer: clerk.issuer, jwks_uri: clerk.jwksUri, roles: ["user"] }],
 * });
 * clerk.setTemplate("fauna", { claims: { aud: fauna.audience } });
 * // In the page: new Clerk(clerk.publishableKey, { proxyUrl: clerk.url })
 * ```
 */
export async function startLocalClerk(options: LocalClerkOptions = {}): Promise<LocalClerk> {
  const faults = new LocalClerkFaults();
  const requests: LocalClerkRequest[] = [];
  const key = await SigningKey.create();
  const directory = new Directory(options.users ?? demoUsers);
  const templates = new Templates(options.templates ?? {});
  const server = await listen((request) => serve(state, faults, requests, request), options.port);
  const issuer = server.url.replace(/^http:/, "https:");
  const tokens = new Tokens(issuer, key);
  const secretKey = options.secretKey ?? `sk_live_${randomBytes(24).toString("hex")}`;
  const sessions = new Sessions();
  const publishableKey = publishableKeyFor(new URL(server.url).host);
  const { packages = {} } = options;
  const state: ClerkState = {
    ...{ directory, templates, key, sessions, tokens },
    ...{ publishableKey, secretKey, packages },
  };
  return handleOf(state, server, issuer, faults, requests);
}

async function serve(
  state: ClerkState,
  faults: LocalClerkFaults,
  requests: LocalClerkRequest[],
  request: LocalRequest,
): Promise<LocalResponse> {
  if (request.method === "OPTIONS") return withCors(request, preflight(request));
  const at = Date.now();
  const response = await faults.run(request, () => route(state, request));
  requests.push(logEntry(request, response, at));
  return withCors(request, response);
}

function handleOf(
  { directory, sessions, templates, tokens, publishableKey, secretKey }: ClerkState,
  listener: Listener,
  issuer: string,
  faults: LocalClerkFaults,
  requests: readonly LocalClerkRequest[],
): LocalClerk {
  const { url } = listener;
  const close = (): Promise<void> => {
    faults.clear();
    return listener.close();
  };
  return {
    url,
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    publishableKey,
    secretKey,
    faults,
    requests,
    get users() {
      return directory.all();
    },
    get sessions() {
      return sessions.all().map(summaryOf);
    },
    addUser: (user) => directory.add(user),
    browserUrl: (name) => `${url}/${name}`,
    signIn: (userId, { organizationId, browser } = {}) => {
      const client = sessions.client(browser === undefined ? DEFAULT_CLIENT : `client_${browser}`);
      return sessions.start(client, directory.get(userId), organizationId).id;
    },
    revokeSession: (sessionId) => sessions.end(sessionId, "revoked"),
    setTemplate: (name, template) => templates.set(name, template),
    removeTemplate: (name) => templates.remove(name),
    mint: async (userId, name, { organizationId = null, claims, lifetime } = {}) => {
      const template = templates.get(name);
      const subject = { user: directory.get(userId), organizationId, origin: undefined };
      const own = lifetime === undefined ? template : { ...template, lifetime };
      return tokens.fromTemplate(own, subject, claims);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function summaryOf({ id, user, organizationId, status }: Session): LocalClerkSession {
  return { id, userId: user.id, organizationId, status };
}
