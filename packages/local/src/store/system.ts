/** The collections that every database has; their documents are its schema and its keys. */
export const SYSTEM_COLLECTIONS = {
  Collection: 1,
  Function: 2,
  Role: 3,
  AccessProvider: 4,
  Key: 5,
  Database: 6,
  Token: 7,
  Credential: 8,
  /** Those of FQL v4, which FQL v10 does not know: its indexes are part of collections. */
  Index: 9,
} as const;

export type SystemCollection = keyof typeof SYSTEM_COLLECTIONS;

/** The first id that a user's collection gets. */
export const FIRST_USER_COLLECTION = 1024;

const NAMES: ReadonlyMap<number, SystemCollection> = new Map(
  Object.entries(SYSTEM_COLLECTIONS).map(([name, id]) => [id, name as SystemCollection]),
);

export function systemName(coll: number): SystemCollection | undefined {
  return NAMES.get(coll);
}

/** Whether documents of the collection are known by a name instead of an id. */
export function isNamed(coll: number): boolean {
  const name = systemName(coll);
  return name !== undefined && name !== "Key" && name !== "Token" && name !== "Credential";
}
