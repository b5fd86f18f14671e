import type { Connection } from "../client/connection";

// Loaded on demand: most caches have one provider.

/** What the providers of one cache were warned of. */
const warned = new WeakSet<ReadonlySet<Connection>>();

/** Warns once if providers of one endpoint differ in what they cannot share. */
export function compareSettings(connections: ReadonlySet<Connection>): void {
  const settings = new Map<string, string>();
  for (const connection of connections) {
    const { href } = connection.endpoint;
    const current = settingsOf(connection);
    if (!warned.has(connections) && current !== (settings.get(href) ?? current)) {
      warned.add(connections);
      console.warn(
        "fauna-clerk: two FaunaProviders of one endpoint differ in client, live or tokenTimeout. " +
          "They share queries, and the first that asks decides how. Pass the same options.",
      );
    }
    settings.set(href, current);
  }
}

function settingsOf({ options: { client, live, tokenTimeout } }: Connection): string {
  // Queries that are answered otherwise have other keys.
  const { long_type: _long, format: _format, typecheck: _typecheck, ...rest } = { ...client };
  return JSON.stringify({ rest, live, tokenTimeout });
}
