import type { Identity } from "../auth/identity";
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
  endpoint: URL,
  identity: Identity,
  driver: Driver | undefined,
  query: unknown,
  request?: object,
): FaunaQueryKey {
  const name = driver?.name ?? "none";
  const text = driver ? driver.key(query, request) : null;
  return ["fauna", endpoint.href, identity.key, name, text];
}

/** Whether a key holds data of an identity at an endpoint. */
export const isKeyOf = (key: readonly unknown[], endpoint: URL, identity: Identity): boolean =>
  key[0] === "fauna" && key[1] === endpoint.href && key[2] === identity.key;
