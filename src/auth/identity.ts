import { ConfigurationError } from "../errors";

/** Who is signed in, as {@link useFaunaAuth} returns it. The ids are null unless the status is `"signed-in"`. */
export interface FaunaAuth {
  readonly status: "loading" | "signed-in" | "signed-out";
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly orgId: string | null;
}

/** A {@link FaunaAuth} with the key under which its data is cached. Equal keys mean the same identity. */
export interface Identity extends FaunaAuth {
  readonly key: string;
}

type Ids = Partial<Record<"userId" | "sessionId" | "orgId", string | null | undefined>>;

/** Makes an identity: user + session + organization + template. */
export function createIdentity(status: FaunaAuth["status"], template: string, ids: Ids): Identity {
  const { userId = null, sessionId = null, orgId = null } = status === "signed-in" ? ids : {};
  const auth: FaunaAuth = { status, userId, sessionId, orgId };
  // Not enumerable, because useFaunaAuth returns this object and the key is the library's own.
  return Object.defineProperty(auth, "key", {
    value: JSON.stringify([status, userId, sessionId, orgId, template]),
  }) as Identity;
}

/** What a token getter is asked for. `skipCache` is true when Fauna has just refused the previous token. */
export interface GetTokenOptions {
  template: string;
  skipCache?: boolean;
}

/** Returns a token for the user who is signed in, or null. Clerk's `getToken` is one. */
export type GetToken = (options: GetTokenOptions) => Promise<string | null>;

/** The part of a Clerk SDK's `useAuth()` value that the library uses. The types of both React SDKs fit it. */
export interface ClerkAuth {
  readonly isLoaded: boolean;
  readonly isSignedIn?: boolean | undefined;
  readonly userId?: string | null | undefined;
  readonly sessionId?: string | null | undefined;
  readonly orgId?: string | null | undefined;
  readonly getToken: GetToken;
}

/** Where identity and tokens come from: one of `auth` and `getToken`. */
export interface AuthSource {
  /** The value (not the hook) that a Clerk SDK's `useAuth()` returned in this render. */
  auth?: ClerkAuth | undefined;
  /** An async function that returns a token or null, for tests and for issuers other than Clerk. */
  getToken?: GetToken | undefined;
  /** With `getToken`: the id of the user who is signed in, or null while nobody is. A new id is a new user. */
  userId?: string | null | undefined;
  /**
   * Name of the Clerk JWT template.
   * @defaultValue `"fauna"`
   */
  template?: string | undefined;
}

/** An identity and where its tokens come from. */
export interface AuthState {
  readonly identity: Identity;
  readonly template: string;
  readonly getToken: GetToken;
}

/**
 * Reads identity and token getter from what the app passes.
 *
 * @throws ConfigurationError if both or neither of `auth` and `getToken` are given.
 */
export function readAuth({ auth, getToken, userId, template = "fauna" }: AuthSource): AuthState {
  if (!auth === !getToken)
    throw new ConfigurationError(
      auth ? "ambiguous_auth" : "no_auth",
      "Pass one of auth={useAuth()} and getToken, or import from the entry named after your Clerk SDK.",
    );
  const identity = auth
    ? createIdentity(clerkStatus(auth), template, auth)
    : createIdentity(userId === null ? "signed-out" : "signed-in", template, { userId });
  return { identity, template, getToken: (auth ? auth.getToken : getToken) as GetToken };
}

function clerkStatus({ isLoaded, isSignedIn, userId }: ClerkAuth): FaunaAuth["status"] {
  if (!isLoaded) return "loading";
  return isSignedIn && userId ? "signed-in" : "signed-out";
}
