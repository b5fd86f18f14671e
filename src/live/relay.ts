import { type Channel, openChannel } from "../auth/channels";
import type { Identity } from "../auth/identity";
import type { IdentityScope } from "../cache/keys";
import { CHANGED, relayName } from "../cache/tell-tabs";
import type { Connection } from "../client/connection";

/** What tabs of one user tell each other of an event source. Never a token: it would be of use to whoever gets it. */
export type RelayMessage =
  /** These lines have come on a stream. */
  | ({ readonly type: "events"; readonly key: string } & RelayedLines)
  /** Somebody is new, and would like to know whether anybody has a stream. */
  | { readonly type: "hello"; readonly key: string }
  /** Somebody has a stream, and will tell of what comes. */
  | { readonly type: "alive"; readonly key: string }
  /** Somebody has no stream any more. */
  | { readonly type: "ended"; readonly key: string }
  /** The user has written something. */
  | typeof CHANGED;

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

/** The tabs of an identity. */
export class Relay {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #listeners = new Set<RelayListener>();
  #channel: Channel | undefined;

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
    const name = await relayName(this.#connection, this.#identity);
    if (!name || this.#channel || !this.#listeners.size) return;
    this.#channel = openChannel(name);
    // Without a channel each tab asks for itself.
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      for (const listener of this.#listeners) listener(data as RelayMessage);
    };
    this.#connection.tellTabs = this.#tellTabs;
  }

  readonly #tellTabs = ({ key }: Identity): boolean => {
    const isOfIdentity = key === this.#identity.key;
    if (isOfIdentity) this.post(CHANGED);
    return isOfIdentity;
  };

  #close(): void {
    if (this.#connection.tellTabs === this.#tellTabs) this.#connection.tellTabs = undefined;
    this.#channel?.close();
    this.#channel = undefined;
  }
}

const relays = new WeakMap<Connection, { readonly identity: string; readonly relay: Relay }>();

/** The relay of whoever is signed in on a connection. */
export function relayOf({ connection, identity }: IdentityScope): Relay {
  const last = relays.get(connection);
  if (last?.identity === identity.key) return last.relay;
  const relay = new Relay(connection, identity);
  relays.set(connection, { identity: identity.key, relay });
  return relay;
}
