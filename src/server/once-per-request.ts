import type { FaunaRequest } from "./fauna-request";

/** The requests that are being answered, by an object that each has for itself. */
export type KeyedRequests = WeakMap<object, Promise<FaunaRequest>>;

/** Makes what belongs to a request once, however many ask for it. A failure is not kept. */
export function oncePerRequest(
  requests: KeyedRequests,
  key: object,
  make: () => Promise<FaunaRequest>,
): Promise<FaunaRequest> {
  const known = requests.get(key);
  if (known) return known;
  const made = make();
  requests.set(key, made);
  made.catch(() => requests.delete(key));
  return made;
}
