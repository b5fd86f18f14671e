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
  showOnly,
} from "./tanstack";

/** What is known of the mutations of a cache. TanStack does not tell it, so it is noted from the cache's events. */
interface Watch {
  /** Who shows a mutation. */
  readonly observers: WeakMap<Mutation, Set<MutationObserver>>;
  /** Whether a mutation may be seen: it is of somebody who is signed in, or none of ours. */
  readonly isShown: (mutation: Mutation) => boolean;
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
  const watch = getOrAdd(watches, cache, () => startWatch(client, connection));
  if (hasRestored) {
    for (const mutation of cache.getAll())
      if (!watch.isShown(mutation)) removeMutation(cache, mutation);
    // One more that leaves: the persister hears of those that left before it looked, and what is the user's own shows.
    removeMutation(cache, cache.build(client, {}));
  }
  connection.forgetMutations = (previous) => forget(connection, client, watch, previous);
  connection.identityStore.onEnd(cache, connection.forgetMutations);
}

function startWatch(client: QueryClient, fallback: Connection): Watch {
  const cache = client.getMutationCache();
  const observers: Watch["observers"] = new WeakMap();

  function isShown(mutation: Mutation): boolean {
    const connection = ownConnectionOf(mutation) ?? fallback;
    const owner = ownerOf(mutation.options) ?? [];
    return (
      !isKeyOfEndpoint(connection, owner) ||
      isKeyOf(connection, connection.identityStore.current().identity, owner) ||
      !!providerOf(client, owner)
    );
  }

  // What may turn out to be the user's stays in the cache, and so in the storage, but nobody sees it.
  showOnly(cache, isShown);
  onMutationEvent(cache, ({ type, mutation, observer }) => {
    if (!mutation) return;
    const isKnown = fallback.identityStore.current().identity.status !== "loading";
    if (type === "added" && isKnown && isRestored(mutation) && !isShown(mutation))
      removeMutation(cache, mutation);
    if (!observer) return;
    const all = getOrAdd(observers, mutation, () => new Set());
    // One that only hides, as below React's Activity, will show the same again.
    if (type === "observerRemoved" && hasListeners(observer)) all.delete(observer);
    else all.add(observer);
  });
  return { observers, isShown };
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
