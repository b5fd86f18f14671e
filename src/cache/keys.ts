import type { Query as CachedQuery, QueryClient } from "@tanstack/react-query";
import type { Query } from "fauna";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../client/connection";
import type { Driver, FaunaV4Expression } from "../client/driver";

/** Where, who, which driver, what. Made by the library alone; equal queries of one identity share a key. */
export type FaunaQueryKey = readonly [
  scope: "fauna",
  endpoint: string,
  identity: string,
  driver: Driver["name"] | "none",
  query: unknown,
];

/** The key of a query's pages, which its plain result never shares. */
export type FaunaInfiniteQueryKey = readonly [...FaunaQueryKey, pages: "pages"];

/** The key of a query; a skipped one has the driver `"none"`. */
export function faunaQueryKey(
  connection: Connection,
  identity: Identity,
  driver: Driver | undefined,
  query: unknown,
  request?: object,
): FaunaQueryKey {
  const name = driver?.name ?? "none";
  const text = driver ? driver.key(query, request) : null;
  return [...identityKey(connection, identity), name, text];
}

/** What the keys of all queries and mutations of an identity begin with. */
export const identityKey = (
  { endpoint }: Connection,
  { key }: Identity,
): readonly ["fauna", endpoint: string, identity: string] => ["fauna", endpoint.href, key];

/** A query as it was given to a hook. */
export type AnyFaunaQuery = Query | FaunaV4Expression;

/**
 * Which cached queries are meant: one, several, or those whose FQL text the function picks (of FQL v4, the expression's
 * JSON). Queries that only differ in `request` are different ones.
 */
export type FaunaQueries = AnyFaunaQuery | readonly AnyFaunaQuery[] | ((fql: string) => boolean);

/** Whose queries, and in which cache. */
export interface Scope {
  readonly connection: Connection;
  readonly identity: Identity;
  readonly cache: QueryClient;
}

/** The key under which the hooks keep a query. */
export const keyIn = (
  { connection, identity }: Scope,
  query: unknown,
  request?: object,
): FaunaQueryKey =>
  faunaQueryKey(connection, identity, driverFor(connection, query), query, request);

/** The hash of that key, as the app may have it made. */
export const hashIn = (scope: Scope, query: unknown, request?: object): string =>
  scope.cache.defaultQueryOptions({ queryKey: keyIn(scope, query, request) }).queryHash;

/** Whether a cached query of the identity is among `queries`; all are unless those are given, and for `false` none. */
export function matcher(
  scope: Scope,
  queries?: FaunaQueries | false,
): (query: CachedQuery) => boolean {
  if (!queries) return () => queries !== false;
  if (typeof queries === "function")
    return ({ queryKey }) => queries(queryText(queryKey as FaunaQueryKey));
  const keys = [queries].flat().map((query) => keyIn(scope, query));
  // A list's key goes on after its query, so the beginning decides.
  return ({ queryKey }) =>
    keys.some((key) => key.every((part, index) => isSameJson(part, queryKey[index])));
}

/** Compares two plain JSON values. As in JSON, a field that is undefined is no field. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const [x, y] = [a, b] as [Fields, Fields];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    Object.keys({ ...x, ...y }).every((key) => isSameJson(x[key], y[key]))
  );
}

type Fields = Readonly<Record<string, unknown>>;

interface Fragment {
  readonly fql?: readonly (string | Fragment)[];
  readonly array?: readonly Fragment[];
  readonly object?: Readonly<Record<string, Fragment>>;
  readonly value?: unknown;
}

/** A number as it is sent. Within text its quotes would be escaped. */
const NUMBERS = /\{"@(?:int|long|double)":"([^"]*)"\}/g;

/** The FQL text of a query's key, values as JSON in their places; of a FQL v4 expression, its JSON. */
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
