import { createSyncStoragePersister } from "@tanstack/query-sync-storage-persister";
import type { QueryClient } from "@tanstack/react-query";
import { PersistQueryClientProvider } from "@tanstack/react-query-persist-client";
import { faunaSerializer } from "fauna-clerk/serializer";
import type { ReactNode } from "react";

/** As `localStorage`, for one test. */
export function createStorage(entries: Iterable<[string, string]> = []): Storage {
  const items = new Map(entries);
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  };
}

const entriesOf = (storage: Storage): [string, string][] =>
  Array.from({ length: storage.length }, (_, index) => {
    const key = storage.key(index) ?? "";
    return [key, storage.getItem(key) ?? ""];
  });

/** All that a storage holds, as text. */
export const textIn = (storage: Storage): string => entriesOf(storage).flat().join("\n");

/** What a closed tab leaves behind: nothing writes to it any more. */
export const copyOf = (storage: Storage): Storage => createStorage(entriesOf(storage));

export interface PersistedProps {
  storage: Storage;
  client: QueryClient;
  children: ReactNode;
}

/** The set-up that docs/persistence.md describes: TanStack's provider and persister with `faunaSerializer`. */
export function Persisted({ storage, client, children }: PersistedProps) {
  const persister = createSyncStoragePersister({ storage, throttleTime: 0, ...faunaSerializer });
  return (
    <PersistQueryClientProvider client={client} persistOptions={{ persister, buster: "1" }}>
      {children}
    </PersistQueryClientProvider>
  );
}
