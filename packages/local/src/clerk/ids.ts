import { randomBytes } from "node:crypto";

/**
 * An id in Clerk's manner. Random rather than counted, because the SDKs cache tokens by session id
 * for the life of the page: a second local Clerk must never issue an id that the first one used.
 */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}
