import { isSerializationError, SerializationError } from "../errors";
import { decode } from "./serializer/decode";
import { encode } from "./serializer/encode";

const FORMAT = "fauna-clerk";
const VERSION = 1;

interface Envelope {
  readonly format: unknown;
  readonly version: unknown;
  readonly value: unknown;
}

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
  serialize: (value) => JSON.stringify({ format: FORMAT, version: VERSION, value: encode(value) }),

  deserialize(text) {
    try {
      return open(text) as never;
    } catch (cause) {
      if (isSerializationError(cause)) throw cause;
      throw new SerializationError("not_serialized", "No text of faunaSerializer.", {
        cause,
      });
    }
  },
};

function open(text: string): unknown {
  const { format, version, value } = Object(JSON.parse(text)) as Partial<Envelope>;
  if (format !== FORMAT) throw new Error(`Its format is ${String(format)}.`);
  if (version !== VERSION)
    throw new SerializationError(
      "unknown_version",
      `Version ${String(version)} is unknown. Discard this text.`,
    );
  return decode(value);
}
