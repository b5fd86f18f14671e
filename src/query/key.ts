import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import type { Driver } from "../drivers/driver";

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
