import type { World } from "./world";
import type { Doc, Value } from "./values";

export type Builtin = "admin" | "server" | "server-readonly" | "client";

/** Who asks: by the role of a key, or by roles that were given to it. */
export interface Caller {
  readonly builtin?: Builtin;
  readonly roles: readonly string[];
  /** What `Query.token()` answers: the claims of a JWT, the document of a token. */
  readonly token: Value;
  readonly identity: Doc | null;
}

/** What an expression is evaluated in. */
export interface Cx {
  readonly world: World;
  readonly caller: Caller;
  /** The time that is read as of; now if there is none. */
  readonly asOf?: number;
  /** Whether it is `at` that reads the past: references that are made there remember it. */
  readonly history?: boolean;
  /** Predicates and event sources write nothing. */
  readonly readsOnly?: boolean;
}

export const ADMIN: Caller = { builtin: "admin", roles: [], token: null, identity: null };
