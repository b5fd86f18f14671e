import type { Client, Sessions } from "./sessions";
import type { Directory } from "./directory";
import type { Templates } from "./templates";
import type { Tokens } from "./tokens";
import type { SigningKey } from "./signing-key";

/** What one local Clerk holds. */
export interface ClerkState {
  directory: Directory;
  sessions: Sessions;
  templates: Templates;
  tokens: Tokens;
  key: SigningKey;
  publishableKey: string;
  /** What the Backend API asks for. */
  secretKey: string;
  /** Folders of the packages that pages load as scripts. */
  packages: Readonly<Record<string, string>>;
}

/** One request to the Frontend API, decoded. */
export interface Call {
  state: ClerkState;
  client: Client;
  /** Values of the path's `:names`. */
  params: Readonly<Record<string, string>>;
  /** The form body. */
  form: URLSearchParams;
  origin: string | undefined;
}

/** What a route answers with, as JSON and status 200; failures are thrown. */
export type RouteHandler = (call: Call) => unknown;

export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `:names` for the parts that vary. */
  path: string;
  handle: RouteHandler;
}

/** A value from the path. The router only calls a handler when each of its names has one. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route has no :${name}.`);
  return value;
}
