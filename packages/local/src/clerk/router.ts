import { json, type LocalRequest, type LocalResponse } from "../http/exchange";
import { ClerkApiError, notFound } from "./api-error";
import { answerBackend, isBackendRequest } from "./backend-api";
import { clientUat, identifyBrowser } from "./browser";
import type { ClerkState, Route } from "./call";
import { clientRoutes } from "./client-routes";
import { handshake, HANDSHAKE_PATH } from "./handshake";
import { isScriptRequest, serveScript } from "./scripts";
import { sessionRoutes } from "./session-routes";
import { signInRoutes } from "./sign-in-routes";

const routes = [...clientRoutes, ...sessionRoutes, ...signInRoutes].map((route) => ({
  ...route,
  pattern: patternOf(route),
}));

function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
}

// As Clerk sends it: its backend SDK reads nothing that names a character set.
const PLAIN_JSON = { "content-type": "application/json" };

/** Answers one request to the Frontend API, or to the Backend API. */
export async function route(state: ClerkState, request: LocalRequest): Promise<LocalResponse> {
  try {
    if (isBackendRequest(request))
      return json(200, await answerBackend(state, request), PLAIN_JSON);
    if (isScriptRequest(request)) return await serveScript(state, request);
    return await dispatch(state, request);
  } catch (error) {
    if (error instanceof ClerkApiError) return json(error.status, error.body, PLAIN_JSON);
    throw error;
  }
}

async function dispatch(state: ClerkState, request: LocalRequest): Promise<LocalResponse> {
  const { name, path } = splitClientName(request.path);
  // The SDKs send every change as a POST and name the method in the query, to need no preflight.
  const method = request.query.get("_method") ?? request.method;
  if (method === "GET" && path === HANDSHAKE_PATH)
    return handshake(state, request, identifyBrowser(state, request, name));
  const found = routes.find((one) => one.method === method && one.pattern.test(path));
  if (!found) throw notFound(`The local Clerk has no ${method} ${path}`);
  const { client, keepsCookies, setCookie } = identifyBrowser(state, request, name);
  const body = await found.handle({
    state,
    client,
    params: decodeAll(found.pattern.exec(path)?.groups ?? {}),
    form: new URLSearchParams(request.body),
    origin: request.headers["origin"],
  });
  // After the handler, which may sign in or out.
  const cookies = keepsCookies ? [...setCookie, ...clientUat(state, client)] : [];
  return json(200, body, cookies.length > 0 ? { "set-cookie": cookies } : {});
}

function splitClientName(path: string): { name?: string; path: string } {
  const [, name, rest] = /^\/([\w-]+)(\/v1\/.*)$/.exec(path) ?? [];
  return name !== undefined && rest !== undefined ? { name, path: rest } : { path };
}

function decodeAll(params: Record<string, string>): Record<string, string> {
  const entries = Object.entries(params);
  return Object.fromEntries(entries.map(([key, value]) => [key, decodeURIComponent(value)]));
}
