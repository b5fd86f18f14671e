import { notFound, unauthenticated } from "./api-error";
import { randomId } from "./ids";
import { membershipOf, type LocalClerkUser } from "./users";

/** `removed` by signing out, `revoked` by `revokeSession`. */
export type SessionStatus = "active" | "removed" | "revoked";

export interface Session {
  readonly id: string;
  readonly clientId: string;
  readonly user: LocalClerkUser;
  status: SessionStatus;
  organizationId: string | null;
  readonly createdAt: number;
  lastActiveAt: number;
}

/** What Clerk calls a client: one browser, in which several users may be signed in side by side. */
export interface Client {
  readonly id: string;
  lastActiveSessionId: string | null;
  readonly createdAt: number;
}

/** Every client and session of one local Clerk. */
export class Sessions {
  readonly #clients = new Map<string, Client>();
  readonly #sessions = new Map<string, Session>();

  /** The client with this id, created on first sight. */
  client(id: string): Client {
    const known = this.#clients.get(id);
    if (known) return known;
    const client = { id, lastActiveSessionId: null, createdAt: Date.now() };
    this.#clients.set(id, client);
    return client;
  }

  knowsClient(id: string): boolean {
    return this.#clients.has(id);
  }

  /** Signs a user in beside those already there and makes the new session the active one. */
  start(client: Client, user: LocalClerkUser, organizationId: string | null = null): Session {
    requireMembership(user, organizationId);
    const now = Date.now();
    const session: Session = {
      id: randomId("sess"),
      clientId: client.id,
      user,
      status: "active",
      organizationId,
      createdAt: now,
      lastActiveAt: now,
    };
    this.#sessions.set(session.id, session);
    client.lastActiveSessionId = session.id;
    return session;
  }

  /** A session of this client that may still be used. Throws Clerk's 401 or 404. */
  active(client: Client, id: string): Session {
    const session = this.#sessions.get(id);
    if (session?.status === "revoked") throw unauthenticated();
    if (session?.status !== "active" || session.clientId !== client.id)
      throw notFound(`No session was found with id ${id}`);
    return session;
  }

  /** The session with this id, whichever client's it is. */
  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  activeOf(client: Client): Session[] {
    return this.all().filter((one) => one.clientId === client.id && one.status === "active");
  }

  /** Makes a session the one its client used last. */
  touch(client: Client, session: Session): void {
    client.lastActiveSessionId = session.id;
    session.lastActiveAt = Date.now();
  }

  setOrganization(session: Session, organizationId: string | null): void {
    requireMembership(session.user, organizationId);
    session.organizationId = organizationId;
  }

  /** Ends a session; another one of the same client, if there is one, becomes the active one. */
  end(id: string, status: Exclude<SessionStatus, "active">): void {
    const session = this.#sessions.get(id);
    if (!session) throw notFound(`No session was found with id ${id}`);
    session.status = status;
    const client = this.client(session.clientId);
    if (client.lastActiveSessionId === id)
      client.lastActiveSessionId = this.activeOf(client).at(-1)?.id ?? null;
  }

  endAll(client: Client): void {
    this.activeOf(client).forEach((session) => this.end(session.id, "removed"));
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }
}

function requireMembership(user: LocalClerkUser, organizationId: string | null): void {
  if (organizationId !== null && !membershipOf(user, organizationId))
    throw notFound(`${user.id} is no member of an organization with id ${organizationId}`);
}
