// No client entry: servers hydrate with it, where what a client entry exports cannot be called.
export {
  createFaunaPersister,
  type FaunaPersister,
  type FaunaPersisterOptions,
  type FaunaPersisterStorage,
} from "./cache/persister";
export { faunaSerializer, type FaunaSerializer } from "./cache/serializer";
export { isSerializationError, SerializationError, type SerializationErrorCode } from "./errors";
