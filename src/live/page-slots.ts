import { openChannel } from "../auth/channels";
import { requestHook } from "../client/send-request";
import { PAGE } from "./page-life";
import { StreamSlots } from "./stream-slots";

/** How many streams all tabs may have together: browsers open six connections to a server. */
const MAX_STREAMS = 3;
/** The same where all requests share one connection: servers allow at least 100 at once, unless they say otherwise. */
const MAX_SHARED_STREAMS = 30;

/** The slots of this page for a server. */
interface ServerSlots {
  readonly slots: StreamSlots;
  readonly isOwnOrigin: boolean;
}

/** By the servers' URLs. They belong to the page, because its connections do: all providers share them. */
const servers = new Map<string, ServerSlots>();

/** Returns the slots for the streams of this page, whichever provider opens them. */
export function slotsOf({ href, origin }: URL): StreamSlots {
  const base = href.replace(/\/$/, "");
  const existing = servers.get(base);
  if (existing) return existing.slots;
  const { document, navigator, location } = globalThis as Partial<typeof globalThis>;
  const slots = new StreamSlots({
    // The server alone: it stands for its connections, not for users.
    name: `fauna-clerk:stream:${base}`,
    // Node has locks, too, and no tabs.
    locks: document && navigator?.locks,
    openChannel,
    page: PAGE,
  });
  servers.set(base, { slots, isOwnOrigin: location?.origin === origin });
  requestHook.change = changeRequest;
  return slots;
}

/** Returns how many streams to a server there may be, unless the app says. */
export const defaultLimit = (endpoint: URL): number =>
  sharesConnection(endpoint) ? MAX_SHARED_STREAMS : MAX_STREAMS;

/**
 * Whether the browser has told that requests to a server share one connection, as by HTTP/2. Of another origin it tells
 * that only if the server sends `Timing-Allow-Origin`.
 */
function sharesConnection({ href }: URL): boolean {
  const { document, performance } = globalThis as Partial<typeof globalThis>;
  if (!document) return false;
  const entries = (performance as Partial<Performance>).getEntriesByType?.("resource") ?? [];
  return entries.some(
    (entry) =>
      entry.name.startsWith(href) &&
      /^h[23]/.test((entry as PerformanceResourceTiming).nextHopProtocol),
  );
}

/**
 * Gives queries connections of their own where that is possible, and sees to it that they get one. Browsers send requests
 * with and without cookies on different connections. The page's own origin gets its cookies anyway.
 */
function changeRequest(url: string, init: RequestInit): (() => void) | undefined {
  // One server's URL may begin that of another one: the longest is meant.
  const [found] = [...servers]
    .filter(([base]) => url.startsWith(`${base}/`))
    .sort(([one], [other]) => other.length - one.length);
  if (!found) return undefined;
  const [base, { slots, isOwnOrigin }] = found;
  const isStream = url === `${base}/stream/1`;
  if (isOwnOrigin) init.credentials = isStream ? "omit" : "same-origin";
  return isStream ? undefined : slots.watchRequest();
}
