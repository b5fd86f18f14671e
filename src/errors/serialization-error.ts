import { FaunaClerkError, guard } from "./fauna-clerk-error";

/** Why a value could not be written, or a text not be read. */
export type SerializationErrorCode =
  "not_serializable" | "not_serialized" | "unknown_version" | "unknown_class";

/**
 * `faunaSerializer` was given a value that is none of Fauna's, or a text that it did not write. A persister of
 * TanStack's discards such a text and starts anew.
 *
 * @example
 * ```ts
 * if (isSerializationError(error) && error.code === "unknown_version") localStorage.removeItem("my-app");
 * ```
 */
export class SerializationError extends FaunaClerkError<SerializationErrorCode> {
  override readonly name = "SerializationError";
}

/** Whether an error is a {@link SerializationError}. */
export const isSerializationError: (error: unknown) => error is SerializationError =
  /* @__PURE__ */ guard("SerializationError");
