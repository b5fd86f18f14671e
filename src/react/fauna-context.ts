import type { QueryClient } from "@tanstack/react-query";
import { type Context, createContext, useContext } from "react";

import type { AuthState, Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import { ConfigurationError } from "../errors";

export interface FaunaContextValue {
  readonly connection: Connection;
  /** Where this render's identity came from. */
  readonly auth: AuthState;
  /** The identity of this render. The connection's identity store follows when React has committed. */
  readonly identity: Identity;
  readonly cache: QueryClient;
}

type Registry = Record<symbol, Context<FaunaContextValue | null> | undefined>;

// There is one context per page, even if an app loads both the ES module and the CommonJS build of this package.
const KEY = Symbol.for("fauna-clerk.context");

export const FaunaContext: Context<FaunaContextValue | null> = ((globalThis as Registry)[KEY] ??=
  createContext<FaunaContextValue | null>(null));

/** @throws ConfigurationError without a `FaunaProvider` above. */
export function useFaunaContext(): FaunaContextValue {
  const value = useContext(FaunaContext);
  if (value) return value;
  throw new ConfigurationError(
    "no_provider",
    "Wrap the app in <FaunaProvider>, inside Clerk's provider.",
  );
}
