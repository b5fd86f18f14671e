import { digest } from "../auth/digest";
import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";

// Loaded on demand, after a write.

/** Another version must not be heard: a tab may be older than what has been deployed since. */
const VERSION = 1;

/** The user has written something. */
export const CHANGED = { type: "changed" } as const;

/** The name of the channel between the tabs of an identity; undefined where there can be none. */
export async function channelName(
  { endpoint }: Connection,
  { key }: Identity,
): Promise<string | undefined> {
  // It tells nobody who it is, and equal names are of equal identities.
  const name = await digest([endpoint.href, key]);
  return name && `fauna-clerk:relay:${VERSION}:${name}`;
}

/** Tells the user's other tabs of a write, from a tab that has no channel to them. */
export async function tellTabs(connection: Connection, identity: Identity): Promise<void> {
  const name = await channelName(connection, identity);
  if (!name) return;
  try {
    const channel = new BroadcastChannel(name);
    channel.postMessage(CHANGED);
    channel.close();
  } catch {
    // Browsers that block cookies refuse it. Then each tab asks for itself.
  }
}
