import { digest } from "./digest";

/** Another version must not be heard: a tab may be older than what has been deployed since. */
const VERSION = 1;

/** The part of a `BroadcastChannel` that is needed. */
export type Channel = Pick<BroadcastChannel, "postMessage" | "close" | "onmessage">;

/**
 * Returns the name of a channel between the tabs of a session or an identity; undefined where there can be none. Equal
 * values have equal names, which do not reveal them.
 */
export async function channelName(
  kind: "relay" | "session",
  of: readonly unknown[],
): Promise<string | undefined> {
  const name = await digest(of);
  return name && `fauna-clerk:${kind}:${VERSION}:${name}`;
}

/** Opens a channel to the other tabs. Browsers that block cookies refuse it: then this tab is on its own. */
export function openChannel(name: string): Channel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}
