/** Who is signed in, as {@link useFaunaAuth} returns it. The ids are null unless the status is `"signed-in"`. */
export interface FaunaAuth {
  readonly status: "loading" | "signed-in" | "signed-out";
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly orgId: string | null;
}

/** A {@link FaunaAuth} with the key under which its data is cached; equal keys mean the same identity. */
export interface Identity extends FaunaAuth {
  readonly key: string;
}

type Ids = Partial<Record<"userId" | "sessionId" | "orgId", string | null | undefined>>;

/** Makes an identity: user + session + organization + template. */
export function createIdentity(status: FaunaAuth["status"], template: string, ids: Ids): Identity {
  const { userId = null, sessionId = null, orgId = null } = status === "signed-in" ? ids : {};
  const auth: FaunaAuth = { status, userId, sessionId, orgId };
  // Not enumerable: it is the library's; what users see of an identity stays its status and ids.
  return Object.defineProperty(auth, "key", {
    value: JSON.stringify([status, userId, sessionId, orgId, template]),
  }) as Identity;
}
