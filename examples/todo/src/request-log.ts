import { useSyncExternalStore } from "react";

/** A request to Fauna and what its token said. The token itself is dropped at once. */
export interface LoggedRequest {
  id: number;
  /** The query, or what there is to say about it. */
  query: string;
  language: "v10" | "v4";
  /** Seconds since the token was made, at the time of the request. */
  age: number;
  claims: Record<string, unknown>;
  /** The HTTP status; absent while under way. */
  status?: number | "failed" | "cancelled";
}

let requests: readonly LoggedRequest[] = [];
const listeners = new Set<() => void>();

function set(next: readonly LoggedRequest[]): void {
  requests = next.slice(0, 50);
  listeners.forEach((listener) => listener());
}

/** The latest requests, newest first. */
export function useRequests(): readonly LoggedRequest[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => requests,
  );
}

export function clearRequests(): void {
  set([]);
}

/** Notes every `fetch` to the endpoint. Call it once, before anything is sent. */
export function watchRequests(endpoint: string): void {
  const send = window.fetch;
  let lastId = 0;
  window.fetch = async (...args) => {
    const request = new Request(...args);
    if (!request.url.startsWith(endpoint)) return send(...args);
    const id = ++lastId;
    set([{ id, ...describe(request, args[1]?.body) }, ...requests]);
    const finish = (status: NonNullable<LoggedRequest["status"]>): void =>
      set(requests.map((one) => (one.id === id ? { ...one, status } : one)));
    try {
      const response = await send(...args);
      finish(response.status);
      return response;
    } catch (error) {
      finish(request.signal.aborted ? "cancelled" : "failed");
      throw error;
    }
  };
}

function describe(request: Request, body: unknown): Omit<LoggedRequest, "id" | "status"> {
  const claims = claimsOf(request.headers.get("authorization") ?? "");
  const age = Math.max(0, Date.now() / 1000 - Number(claims["iat"]));
  const { pathname } = new URL(request.url);
  const language = pathname === "/" ? "v4" : "v10";
  return { query: textOf(body) ?? pathname, language, age, claims };
}

function claimsOf(authorization: string): Record<string, unknown> {
  const payload = authorization.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
  if (!payload) return {};
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

/** FQL v10 travels as text with holes for the arguments, v4 as a tree; what asks for events has none. */
function textOf(body: unknown): string | undefined {
  if (typeof body !== "string") return undefined;
  const { query, token } = JSON.parse(body) as { query?: { fql?: unknown[] }; token?: string };
  if (token !== undefined) return undefined;
  if (!query?.fql) return body;
  const text = query.fql.map((part) => (typeof part === "string" ? part : "…")).join("");
  return text.trim().replace(/\s+/g, " ");
}
