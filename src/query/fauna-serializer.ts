import { isSerializationError, SerializationError } from "../errors";
import { decode } from "./serializer/decode";
import { encode } from "./serializer/encode";

/** What every text begins with: format and version. */
const FORMAT = "fauna-clerk/";
const HEAD = `${FORMAT}1 `;

/** Writes Fauna's values as text and reads them back, as TanStack's persisters want it. */
export interface FaunaSerializer {
  /** @throws SerializationError (`not_serializable`) for a function, a symbol, a promise, a class that it does not know. */
  readonly serialize: (value: unknown) => string;
  /**
   * @throws SerializationError for a text that `serialize` has not written (`not_serialized`), that another version of
   * it has (`unknown_version`), or that has classes of a driver that is not there (`unknown_class`).
   */
  readonly deserialize: <T>(text: string) => T;
}

/**
 * Carries whatever a Fauna query returns through text and back, without loss: documents, references, pages, times,
 * dates, bytes, modules, bigint, -0, NaN and undefined come back as what they were, instances of the driver's own
 * classes, and so do the values of FQL v4 once `faunaV4()` was called. For TanStack's persisters.
 *
 * @example
 * ```ts
 * import { createSyncStoragePersister } from "@tanstack/query-sync-storage-persister";
 *
 * const persister = createSyncStoragePersister({ storage: localStorage, ...faunaSerializer });
 * ```
 */
export const faunaSerializer: FaunaSerializer = {
  // In an array, as undefined by itself is no JSON.
  serialize: (value) => HEAD + JSON.stringify([value], encode),

  deserialize(text) {
    const isKnown = text.startsWith(HEAD);
    if (!isKnown && text.startsWith(FORMAT))
      throw new SerializationError("unknown_version", "Another version wrote this. Discard it.");
    try {
      const [value] = JSON.parse(isKnown ? text.slice(HEAD.length) : "", decode) as [never];
      return value;
    } catch (cause) {
      if (isSerializationError(cause)) throw cause;
      throw new SerializationError("not_serialized", "No text of faunaSerializer.", { cause });
    }
  },
};
