import { channelName, openChannel } from "../auth/channels";
import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";

// Loaded on demand, after a write.

/** The user has written something. */
export const CHANGED = { type: "changed" } as const;

/** The name of the channel between the tabs of an identity; undefined where there can be none. */
export const relayName = (
  { endpoint }: Connection,
  { key }: Identity,
): Promise<string | undefined> => channelName("relay", [endpoint.href, key]);

/** Tells the user's other tabs of a write, from a tab that has no channel to them. */
export async function announce(connection: Connection, identity: Identity): Promise<void> {
  const name = await relayName(connection, identity);
  const channel = name && openChannel(name);
  // Without a channel each tab asks for itself.
  if (!channel) return;
  channel.postMessage(CHANGED);
  channel.close();
}
