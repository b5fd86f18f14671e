import { activeDocument, type Database, type Value } from "../store";

/**
 * Remembers what some roles allow. The returned function says whether they still do: their other data may change,
 * but a new list of privileges ends what was begun under the old one.
 */
export function watchRoles(database: Database, roles: readonly string[]): () => boolean {
  const privileges = (role: string): Value | undefined =>
    activeDocument(database, "Role", role)?.data.get("privileges");
  const before = new Map(roles.map((role) => [role, privileges(role)]));
  return () => roles.every((role) => privileges(role) === before.get(role));
}
