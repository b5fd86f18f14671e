import type { DocVersion } from "../fql/values/value";
import type { Database } from "./database";

/** A key or token, found by its secret. */
export interface SecretHolder {
  readonly collection: "Key" | "Token";
  readonly document: DocVersion;
}

/** The key or token of a database with this secret. */
export function secretHolder(database: Database, secret: string): SecretHolder | undefined {
  for (const collection of ["Key", "Token"] as const) {
    const document = database
      .systemDocuments(collection)
      .find((version) => version.data.get("secret") === secret);
    if (document) return { collection, document };
  }
  return undefined;
}
