import { digest } from "../auth/digest";
import type { Identity } from "../auth/identity";
import { isKeyOf, ownerOf, type Scope } from "../cache/keys";
import type { Connection } from "../client/connection";
import type { Channel } from "./slot-locks";

/** What tabs of one user tell each other of an event source. Never a token: it would be of use to whoever gets it. */
export type RelayMessage =
  /** These lines have come on a stream. */
  | ({ readonly type: "events"; readonly key: string } & RelayedLines)
  /** Somebody is new, and would like to know whether anybody has a stream. */
  | { readonly type: "hello"; readonly key: string }
  /** Somebody has a stream, and will tell of what comes. */
  | { readonly type: "alive"; readonly key: string }
  /** It has it no longer. */
  | { readonly type: "ended"; readonly key: string }
  /** The user has written something. */
  | { readonly type: "changed" };

/** Lines of a stream as they came, because a message would lose the classes of decoded values. */
export interface RelayedLines {
  readonly lines: readonly string[];
  /** The cursor before the first line, and that of the last one. */
  readonly previous: string | undefined;
  readonly cursor: string;
  /** The time of a transaction after which nothing had happened until the first line; undefined if it is not known. */
  readonly since: number | undefined;
}

export type RelayListener = (message: RelayMessage) => void;

/** Another version must not be heard: a tab may be older than what has been deployed since. */
const VERSION = 1;

/** The tabs of an identity. */
export class Relay {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #listeners = new Set<RelayListener>();
  #channel: Channel | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(connection: Connection, identity: Identity) {
    this.#connection = connection;
    this.#identity = identity;
  }

  post(message: RelayMessage): void {
    this.#channel?.postMessage(message);
  }

  /** Hears the others until the returned function is called. The channel is open while anybody listens. */
  join(listener: RelayListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) void this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (!this.#listeners.size) this.#close();
    };
  }

  async #open(): Promise<void> {
    const { cache, endpoint } = this.#connection;
    // It tells nobody who it is, and equal names are of equal identities.
    const name = await digest([endpoint.href, this.#identity.key]);
    if (!name || this.#channel || !this.#listeners.size) return;
    try {
      this.#channel = new BroadcastChannel(`fauna-clerk:relay:${VERSION}:${name}`);
    } catch {
      // Browsers that block cookies refuse it. Then each tab asks for itself.
      return;
    }
    this.#channel.onmessage = ({ data }) => {
      for (const listener of this.#listeners) listener(data as RelayMessage);
    };
    this.#stopWatching = cache?.getMutationCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "success") return;
      const owner = ownerOf(event.mutation.options);
      if (owner && isKeyOf(this.#connection, this.#identity, owner)) this.post({ type: "changed" });
    });
  }

  #close(): void {
    this.#stopWatching?.();
    this.#channel?.close();
    this.#channel = undefined;
  }
}

const relays = new WeakMap<Connection, { readonly identity: string; readonly relay: Relay }>();

/** The relay of whoever is signed in on a connection. */
export function relayOf({ connection, identity }: Omit<Scope, "cache">): Relay {
  const last = relays.get(connection);
  if (last?.identity === identity.key) return last.relay;
  const relay = new Relay(connection, identity);
  relays.set(connection, { identity: identity.key, relay });
  return relay;
}
