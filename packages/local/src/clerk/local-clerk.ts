import type { AsyncDisposal } from "../async-disposal";
import type { LocalClerkFaults } from "./faults";
import type { LocalClerkRequest } from "./request-log";
import type { SessionStatus } from "./sessions";
import type { LocalClerkTemplate } from "./templates";
import type { LocalClerkUser, LocalClerkUserInput } from "./users";

/** What {@link startLocalClerk} takes. */
export interface LocalClerkOptions {
  /** @default a free one */
  port?: number;
  /** @default three demo users, `user_ada`, `user_grace` and `user_alan` */
  users?: readonly LocalClerkUserInput[];
  /** JWT templates by name. @default none */
  templates?: Readonly<Record<string, LocalClerkTemplate>>;
  /** What the Backend API takes as secret key. @default a random one */
  secretKey?: string;
  /**
   * Folders of the packages that pages load as scripts from Clerk, by name: `@clerk/clerk-js`, and `@clerk/ui` for
   * Clerk's own components. With them the page of a framework's SDK loads without a network. @default none
   */
  packages?: Readonly<Record<string, string>>;
}

/** A session, as {@link LocalClerk.sessions} shows it. */
export interface LocalClerkSession {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string | null;
  readonly status: SessionStatus;
}

/** For {@link LocalClerk.signIn}. */
export interface LocalClerkSignInOptions {
  /** The active organization. @default none */
  organizationId?: string;
  /** The name of the browser, see {@link LocalClerk.browserUrl}. @default the default browser */
  browser?: string;
}

/** For {@link LocalClerk.mint}. */
export interface LocalClerkMintOptions {
  /** The active organization. @default none */
  organizationId?: string;
  /** Claims that replace or join the others, Clerk's own too: for tokens that must be refused. */
  claims?: Readonly<Record<string, unknown>>;
  /** Seconds, instead of the template's; negative for a token that has expired. */
  lifetime?: number;
}

/** A running local Clerk. */
export interface LocalClerk extends AsyncDisposal {
  /** What the SDKs take as `proxyUrl`: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /**
   * The `iss` of every token, and the access provider's `issuer`. It says `https`, because Fauna
   * accepts nothing else; the local Fauna fetches loopback hosts in plain HTTP all the same.
   */
  readonly issuer: string;
  /** The access provider's `jwks_uri`, `https` like {@link issuer}. Plainly served below {@link url}. */
  readonly jwksUri: string;
  readonly publishableKey: string;
  /**
   * For the Backend API, of which the JWT templates are here:
   * `createClerkClient({ secretKey: clerk.secretKey, apiUrl: clerk.url })`.
   */
  readonly secretKey: string;
  readonly users: readonly LocalClerkUser[];
  /** Every session there ever was, ended ones too, oldest first. */
  readonly sessions: readonly LocalClerkSession[];
  /** Every request answered so far, oldest first. */
  readonly requests: readonly LocalClerkRequest[];
  /** Failures, delays, dropped sockets and held answers, to be switched on by a test. */
  readonly faults: LocalClerkFaults;

  addUser(user: LocalClerkUserInput): LocalClerkUser;
  /**
   * A `proxyUrl` for one more browser. Browsers on the local Clerk's own host are told apart by cookie;
   * everything without a cookie jar (jsdom, Node) shares the default browser, unless it uses this.
   */
  browserUrl(name: string): string;
  /**
   * Signs a user in as if in the browser and returns the session's id. A page that has loaded
   * already does not notice; to sign in from the page use the SDK, with the user's id as ticket:
   * `signIn.create({ strategy: "ticket", ticket: "user_ada" })`.
   */
  signIn(userId: string, options?: LocalClerkSignInOptions): string;
  /** Ends a session from outside, as an administrator does: its next token request is a 401. */
  revokeSession(sessionId: string): void;
  /** Adds or replaces a JWT template, from the next token on. */
  setTemplate(name: string, template: LocalClerkTemplate): void;
  removeTemplate(name: string): void;
  /** Makes a token from a template without a browser. */
  mint(userId: string, template: string, options?: LocalClerkMintOptions): Promise<string>;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}
