import type { QueryClient } from "@tanstack/react-query";

import type { Connection } from "../client/connection";

/** The cache of the provider that a connection belongs to. */
export const caches: WeakMap<Connection, QueryClient> = new WeakMap<Connection, QueryClient>();
