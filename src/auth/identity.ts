import { ConfigurationError, type TokenError } from "../errors";
import { CLAIMS, decodeJwtPart } from "./jwt";

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
  /** Why it is still not known who is signed in, if that takes too long. */
  readonly error?: TokenError;
}

type Ids = Partial<Record<"userId" | "sessionId" | "orgId", string | null | undefined>>;

/** Makes an identity: user + session + organization + template. */
export function createIdentity(
  status: FaunaAuth["status"],
  template: string,
  ids: Ids = {},
  key?: string,
): Identity {
  const { userId = null, sessionId = null, orgId = null } = status === "signed-in" ? ids : {};
  const auth: FaunaAuth = { status, userId, sessionId, orgId };
  // Not enumerable, because useFaunaAuth returns this object and the key is the library's own.
  return Object.defineProperty(auth, "key", {
    value: key ?? JSON.stringify([status, userId, sessionId, orgId, template]),
  }) as Identity;
}

/** Makes the identity of which nothing has been heard for too long. */
export const createLate = (template: string, error: TokenError): Identity =>
  Object.defineProperty(createIdentity("loading", template), "error", { value: error });

/** Makes the identity of somebody whom neither the app nor a token names. It equals no other one. */
export const createAnonymous = (template: string, ids?: Ids): Identity =>
  createIdentity("signed-in", template, ids, `${Math.random()}${Math.random()} ${template}`);

/** Whether a token is of an identity's user, session and organization, as far as it tells. */
export function isTokenOf({ userId, sessionId, orgId }: Identity, token: string): boolean {
  const claims = decodeJwtPart(token, CLAIMS) ?? {};
  const { sub = null, sid = sessionId, org_id = orgId } = claims;
  // Only Clerk has sessions. A template may give org_id another meaning; then it is not compared.
  const isOrg = /^(org_|null$)/.test(String(org_id));
  return sub === userId && (!sessionId || (sid === sessionId && (org_id === orgId || !isOrg)));
}

/** What a token getter is asked for. `skipCache` is true when the previous token was refused, or another user's. */
export interface GetTokenOptions {
  template: string;
  skipCache?: boolean;
}

/** Returns a token for the user who is signed in, or null. Clerk's `getToken` is one. */
export type GetToken = (options: GetTokenOptions) => Promise<string | null>;

/** What the library uses of a Clerk SDK's `useAuth()` value. The types of all SDKs in entries.json fit it. */
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
  /**
   * An async function that returns a token or null, for tests and for issuers other than Clerk. Without `userId`,
   * and with the provider below a `<Suspense>`, pass the same function in each render.
   */
  getToken?: GetToken | undefined;
  /**
   * With `getToken`: the id of the user who is signed in, or null while nobody is. A new id is a new user.
   * @defaultValue the user whom the tokens name (`sub`); known when the first token has come
   */
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
  /** The app does not say who is signed in, so the tokens do. */
  readonly isNamedByToken?: boolean;
  /** The first token has said it. */
  readonly isNamed?: boolean | undefined;
  /** It is hidden, because another tab says that its session has ended. */
  readonly isDoubted?: boolean;
}

/**
 * Reads identity and token getter from what the app passes.
 *
 * @param doubted - the key of an identity that nobody may see: nothing is known of it any more.
 * @throws ConfigurationError if both or neither of `auth` and `getToken` are given.
 */
export function readAuth(
  { auth, getToken, userId, template = "fauna" }: AuthSource,
  doubted?: string,
): AuthState {
  if (!auth === !getToken)
    throw new ConfigurationError(
      auth ? "ambiguous_auth" : "no_auth",
      "Pass one of auth={useAuth()} and getToken, or import from the entry of your Clerk SDK.",
    );
  const user = auth ? userIdOf(auth) : userId;
  const status = user === undefined ? "loading" : user === null ? "signed-out" : "signed-in";
  const identity = createIdentity(status, template, auth ?? { userId });
  const isDoubted = identity.key === doubted;
  return {
    identity: isDoubted ? createIdentity("loading", template) : identity,
    template,
    getToken: (auth ?? { getToken }).getToken as GetToken,
    isNamedByToken: !auth && userId === undefined,
    isDoubted,
  };
}

/** Whether what is known now replaces the identity that is shown. While the issuer changes it, nothing does. */
export function replaces({ identity, isDoubted }: AuthState, shown: Identity): boolean {
  if (identity.status === "loading" && !isDoubted) return false;
  return identity.key !== shown.key || identity.userId !== shown.userId;
}

/** What an app without Clerk passes as `userId`. */
const userIdOf = ({ isLoaded, isSignedIn, userId }: ClerkAuth): string | null | undefined =>
  isLoaded ? (isSignedIn && userId) || null : undefined;

/**
 * {@link readAuth} without a provider. No component waits for the first token there. In a browser the first one
 * tells whose all of them are. On a server each request may be somebody else's, so none of them tells.
 */
export function readAuthAlone(source: AuthSource): AuthState {
  const state = readAuth(source);
  if (!state.isNamedByToken) return state;
  const isNamedByToken = typeof window !== "undefined";
  return { ...state, identity: createAnonymous(state.template), isNamedByToken };
}
