import type { Query as CachedQuery, QueryClient, QueryKey } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../client/connection";
import type { Driver, FaunaV4Expression } from "../client/driver";
import { readKey, type ReadOptions } from "./read-options";

/**
 * A query's key: endpoint, identity, driver, query. The library makes it. Equal queries of one identity share it.
 */
export type FaunaQueryKey = readonly [
  scope: "fauna",
  endpoint: string,
  identity: string,
  driver: Driver["name"] | "none",
  query: unknown,
];

/** What ends the key of a query's pages. */
export const PAGES: readonly ["pages"] = ["pages"];

/** The key of a query's pages. The plain result of the same query has another key. */
export type FaunaInfiniteQueryKey = readonly [...FaunaQueryKey, pages: "pages"];

/** Returns a query's key. A skipped query has the driver `"none"`. */
export function faunaQueryKey(
  connection: Connection,
  identity: Identity,
  driver: Driver | undefined,
  query: unknown,
  options: ReadOptions = {},
): FaunaQueryKey {
  const name = driver?.name ?? "none";
  const text = driver ? readKey(driver, query, options) : null;
  return [...identityKey(connection, identity), name, text];
}

/** The prefix of the keys of all queries and mutations of an endpoint. */
export const endpointKey = ({
  endpoint,
}: Pick<Connection, "endpoint">): readonly ["fauna", endpoint: string] => ["fauna", endpoint.href];

/** The prefix of the keys of all queries and mutations of an identity. */
export const identityKey = (
  { endpoint }: Pick<Connection, "endpoint">,
  { key }: Identity,
): readonly ["fauna", endpoint: string, identity: string] => ["fauna", endpoint.href, key];

const hasPrefix = (prefix: QueryKey, key: QueryKey): boolean =>
  prefix.every((part, index) => part === key[index]);

/** Whether a query's or mutation's key is one of an identity's. */
export const isKeyOf = (connection: Connection, identity: Identity, key: QueryKey): boolean =>
  hasPrefix(identityKey(connection, identity), key);

/** Whether a query's or mutation's key is one of an endpoint's, whosever it is. */
export const isKeyOfEndpoint = (connection: Connection, key: QueryKey): boolean =>
  hasPrefix(endpointKey(connection), key);

/** Whether two queries are of one endpoint and identity. */
export const haveSameOwner = (one: FaunaQueryKey, other: FaunaQueryKey): boolean =>
  hasPrefix(one.slice(0, 3), other);

/** What names a mutation's owner: its key, or its `meta` if the app gave it a key. A persister keeps both. */
interface Owned {
  readonly mutationKey?: QueryKey | undefined;
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
}

/** Names the owner in a mutation's options. */
export const ownedBy = (owner: QueryKey, { mutationKey, meta }: Owned): Owned =>
  mutationKey ? { meta: { ...meta, fauna: owner } } : { mutationKey: owner };

/** The identity's key of who made a mutation of ours; undefined for those of others, and while Clerk loads. */
export function ownerOf({ mutationKey, meta }: Owned): QueryKey | undefined {
  const owner = (meta?.["fauna"] ?? mutationKey) as QueryKey | undefined;
  return owner?.[0] === "fauna" ? owner : undefined;
}

/** A query as passed to a hook. */
export type AnyFaunaQuery = Query | FaunaV4Expression;

/**
 * Selects cached queries: one, several, or those whose FQL text a function accepts (for FQL v4, the expression's
 * JSON). An FQL v10 query with `arguments`, `format`, `long_type` or `typecheck` in `request` is another query,
 * which only a function selects. Other `request` options make no difference.
 */
export type FaunaQueries = AnyFaunaQuery | readonly AnyFaunaQuery[] | ((fql: string) => boolean);

/** An identity, and the connection that sends for it. */
export interface IdentityScope {
  readonly connection: Connection;
  readonly identity: Identity;
}

/** An identity and the cache with its queries. */
export interface Scope extends IdentityScope {
  readonly cache: QueryClient;
}

/** Returns the key under which the hooks cache a query. */
export const keyIn = (
  { connection, identity }: IdentityScope,
  query: unknown,
  options?: ReadOptions,
): FaunaQueryKey =>
  faunaQueryKey(connection, identity, driverFor(connection, query), query, options);

// The cache hashes it, because TanStack's function comes with React, which a server's components cannot import.
const hashOf = ({ cache }: Scope, queryKey: QueryKey): string =>
  cache.defaultQueryOptions({ queryKey }).queryHash;

/**
 * Returns a function that tells whether a cached query of the identity is among `queries`. Without `queries` all
 * are; with `false` none is.
 */
export function matcher(
  scope: Scope,
  queries?: FaunaQueries | false,
): (query: CachedQuery) => boolean {
  if (!queries) return () => queries !== false;
  if (typeof queries === "function")
    return ({ queryKey }) => queries(queryText(queryKey as FaunaQueryKey));
  const hashes = new Set([queries].flat().map((query) => hashOf(scope, keyIn(scope, query))));
  // Compare only the first five parts, because a list's key continues after its query.
  return ({ queryKey }) => hashes.has(hashOf(scope, queryKey.slice(0, 5)));
}

interface Fragment {
  readonly fql?: readonly (string | Fragment)[];
  readonly array?: readonly Fragment[];
  readonly object?: Readonly<Record<string, Fragment>>;
  readonly value?: unknown;
}

/** A number in wire format. Inside a string it would not match, because its quotes would be escaped. */
const NUMBERS = /\{"@(?:int|long|double)":"([^"]*)"\}/g;

/** Returns the FQL text of a query's key with the values inserted as JSON; for an FQL v4 expression, its JSON. */
export const queryText = ([, , , driver, query]: FaunaQueryKey): string =>
  driver === "v10" ? textOf(query as Fragment) : JSON.stringify(query);

function textOf(part: string | Fragment): string {
  if (typeof part === "string") return part;
  const { fql, array, object, value } = part;
  if (fql) return fql.map(textOf).join("");
  if (array) return `[${array.map(textOf).join(", ")}]`;
  if (!object) return JSON.stringify(value).replace(NUMBERS, "$1");
  const fields = Object.entries(object).map(([name, field]) => `${name}: ${textOf(field)}`);
  return `{ ${fields.join(", ")} }`;
}
