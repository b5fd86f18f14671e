import { ConfigurationError, type TokenError } from "../errors";
import type { Claims } from "./jwt";

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
  /** Names the entry of a key in a cache, for an identity of one call: each use of it has one of its own. */
  readonly hashKey?: (key: unknown) => string;
}

/** Ids as somebody tells them. Null says that there is none, undefined says nothing. */
export type Ids = Partial<Record<"userId" | "sessionId" | "orgId", string | null | undefined>>;

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

/** The ids that a token tells. */
export function idsIn(claims: Claims = {}): Ids {
  const { sub, sid, org_id } = claims as Record<string, string | null>;
  // A template may give org_id another meaning. Then it says nothing.
  const orgId = /^(org_|null$)/.test(String(org_id)) ? org_id : undefined;
  return { userId: sub ?? null, sessionId: sid, orgId };
}

const IDS = ["userId", "sessionId", "orgId"] as const;

/** Whether two tell of the same user, session and organization, as far as both tell. */
export const agree = (one: Ids, other: Ids): boolean =>
  IDS.every((id) => one[id] === undefined || other[id] === undefined || one[id] === other[id]);

/** Whether a token is of an identity's user, session and organization, as far as both tell. */
export const isTokenOf = ({ userId, sessionId, orgId }: Identity, claims: Claims): boolean =>
  // Only Clerk has sessions, and it knows when there is no organization. Who passes a userId tells that alone.
  agree({ userId, ...(sessionId ? { sessionId, orgId } : orgId && { orgId }) }, idsIn(claims));

/**
 * What a token getter is asked for. `skipCache` is true when the issuer itself has to answer, and not a cache: the previous
 * token was refused or another user's, or it is asked whether the session still exists.
 */
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
   * @default the user whom the tokens name (`sub`); known when the first token has come
   */
  userId?: string | null | undefined;
  /**
   * Name of the Clerk JWT template.
   * @default "fauna"
   */
  template?: string | undefined;
}

/** An identity and where its tokens come from. */
export interface AuthState {
  /** Where each call may be another user's, as on a server, it is another one each time. */
  readonly identity: Identity;
  readonly template: string;
  readonly getToken: GetToken;
  /** The app does not say who is signed in, so the tokens do. */
  readonly isNamedByToken?: boolean;
  /** A token has said who `identity` is. */
  readonly isNamed?: boolean | undefined;
  /** Whom the issuer names, if that is hidden, because another tab says that the session has ended: see doubts.ts. */
  readonly doubted?: Identity | undefined;
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
      "Pass one of auth={useAuth()} and getToken, or import from the entry of your Clerk SDK.",
    );
  const user = auth ? userIdOf(auth) : userId;
  const status = user === undefined ? "loading" : user === null ? "signed-out" : "signed-in";
  return {
    identity: createIdentity(status, template, auth ?? { userId }),
    template,
    getToken: (auth ?? { getToken }).getToken as GetToken,
    isNamedByToken: !auth && userId === undefined,
  };
}

/** Whether what is known now replaces what is shown. While the issuer changes the identity, nothing does. */
export function replaces({ identity, doubted }: AuthState, shown: AuthState): boolean {
  const { key, userId } = shown.identity;
  return identity.status === "loading"
    ? !!doubted && !shown.doubted
    : identity.key !== key || identity.userId !== userId;
}

/** Says that nothing is known of somebody whom the issuer names. */
export const hide = (state: AuthState): AuthState => ({
  ...state,
  identity: createIdentity("loading", state.template),
  doubted: state.identity,
});

/** What an app without Clerk passes as `userId`. */
const userIdOf = ({ isLoaded, isSignedIn, userId }: ClerkAuth): string | null | undefined =>
  isLoaded ? (isSignedIn && userId) || null : undefined;

/**
 * {@link readAuth} without a provider. No component waits for the first token there. In a browser the first one
 * tells whose all of them are. On a server each request may be somebody else's, so none of them tells.
 */
export function readAuthAlone(source: AuthSource): AuthState {
  const state = readAuth(source);
  const { template, getToken, isNamedByToken } = state;
  if (!isNamedByToken) return state;
  if (typeof window !== "undefined") return { ...state, identity: createAnonymous(template) };
  return {
    template,
    getToken,
    get identity() {
      return createOfCall(template);
    },
  };
}

function createOfCall(template: string): Identity {
  let uses = 0;
  const hashKey: Identity["hashKey"] = (key) =>
    JSON.stringify(key) + (uses++ ? createAnonymous("").key : "");
  return Object.defineProperty(createAnonymous(template), "hashKey", { value: hashKey });
}
