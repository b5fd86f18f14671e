import type { Mutation, MutationCache, MutationObserver, QueryClient } from "@tanstack/react-query";

import { getOrAdd } from "../auth/collections";
import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import { isKeyOf, isKeyOfEndpoint, ownerOf } from "./keys";
import { providerOf } from "./providers";
import {
  hasListeners,
  isRestored,
  onMutationEvent,
  optionOf,
  removeMutation,
  resumeWhenPossible,
} from "./tanstack";

/** What is known of the mutations of a cache. TanStack does not tell it, so it is noted from the cache's events. */
interface Watch {
  /** Who shows a mutation. */
  readonly observers: WeakMap<Mutation, Set<MutationObserver>>;
  /** Those of others that a persister brought back, and that have left the cache before it looked. */
  readonly dropped: Mutation[];
}

const watches = new WeakMap<MutationCache, Watch>();

/**
 * Lets nobody see the mutations of another identity: they leave the cache, and the results of the hooks that show
 * them, when their identity ends. Those that a persister brings back leave at once. Safe to call again.
 *
 * @param hasRestored - whether a persister listens by now. Then it is told again what has left.
 */
export function keepMutationsOwn(
  connection: Connection,
  client: QueryClient,
  hasRestored = false,
): void {
  const cache = client.getMutationCache();
  const watch = watches.get(cache) ?? startWatch(cache, connection);
  if (hasRestored)
    for (const mutation of [...cache.getAll(), ...watch.dropped.splice(0)])
      if (isForeign(mutation, connection) && !providerOf(client, ownerOf(mutation.options)))
        removeMutation(cache, mutation);
  connection.forgetMutations = (previous) => forget(connection, client, watch, previous);
  connection.identityStore.onEnd(cache, connection.forgetMutations);
}

function startWatch(cache: MutationCache, connection: Connection): Watch {
  const watch: Watch = { observers: new WeakMap(), dropped: [] };
  const { observers } = watch;
  watches.set(cache, watch);
  onMutationEvent(cache, ({ type, mutation, observer }) => {
    if (!mutation) return;
    if (type === "added" && isRestored(mutation) && isForeign(mutation, connection)) {
      watch.dropped.push(mutation);
      removeMutation(cache, mutation);
    }
    if (!observer) return;
    const all = getOrAdd(observers, mutation, () => new Set());
    // One that only hides, as below React's Activity, will show the same again.
    if (type === "observerRemoved" && hasListeners(observer)) all.delete(observer);
    else all.add(observer);
  });
  return watch;
}

function forget(
  connection: Connection,
  client: QueryClient,
  { observers }: Watch,
  previous: Identity,
): void {
  // What was called while Clerk was loading belongs to the user who turned out to be signed in.
  if (previous.status === "loading") return;
  const cache = client.getMutationCache();
  for (const mutation of cache.getAll()) {
    const owner = ownerOf(mutation.options);
    const madeFor = ownConnectionOf(mutation);
    if ((madeFor ?? connection) !== connection) continue;
    if (owner ? !isKeyOf(connection, previous, owner) : !madeFor) continue;
    for (const observer of observers.get(mutation) ?? []) observer.reset();
    removeMutation(cache, mutation);
    // Its caller waits for its end, and nobody else would wake it.
    resumeWhenPossible(mutation, client);
  }
}

/** The connection that a mutation's options were made for; undefined for those of others, and without options. */
const ownConnectionOf = (mutation: Mutation): Connection | undefined =>
  optionOf(mutation, "connection") as Connection | undefined;

/**
 * Whether a mutation was made for a user who is not signed in: then a persister has brought it back.
 *
 * @param fallback - whose mutation it may be if its own options are not known.
 */
function isForeign(mutation: Mutation, fallback: Connection): boolean {
  const connection = ownConnectionOf(mutation) ?? fallback;
  const { identity } = connection.identityStore.current();
  const owner = ownerOf(mutation.options) ?? [];
  const isOfEndpoint = isKeyOfEndpoint(connection, owner);
  return identity.status !== "loading" && isOfEndpoint && !isKeyOf(connection, identity, owner);
}
