import { agree, createAnonymous, createIdentity, idsIn } from "./identity";
import { type IdentityStore, isUnnamed } from "./identity-store";
import type { Token } from "./jwt";
import { runRequest, type Running } from "./running";

// Loaded on demand: where Clerk or the app says who is signed in, nobody needs it.

/** What fetch-with-token.ts hands to refresh.ts and token-identity.ts, which it loads on demand. */
export interface TokenRequests {
  readonly identityStore: IdentityStore;
  /** Asks for a token of the identity, within the time limit. The request may end before (`until`). */
  readonly requestToken: (running: Running, skipCache?: boolean) => Promise<Token>;
  /** The forced refreshes under way, by the token that is of no use. */
  refreshes?: Map<string, Promise<Token>>;
}

/**
 * Lets a token say who is signed in. The first one names the identity. One of another user, session or organization
 * ends it and begins the next, and so does one that tells a session or an organization for the first time.
 */
export function nameIdentity(store: IdentityStore, { claims }: Pick<Token, "claims">): void {
  const { identity, template, isNamed } = store.current();
  const ids = idsIn(claims);
  if (isNamed && agree(identity, ids)) return;
  // What was asked for without a name is the same user's.
  const keepsKey = !isNamed && identity.status === "signed-in" && identity.userId === null;
  const name =
    ids.userId === null && !keepsKey
      ? createAnonymous(template, ids)
      : createIdentity("signed-in", template, ids, keepsKey ? identity.key : undefined);
  store.name(name);
}

/** Asks for a first token, so that it is known who is signed in. */
export async function identify({ identityStore, requestToken }: TokenRequests): Promise<void> {
  await runRequest(identityStore, {}, (request) => request.until(requestToken(request))).catch(
    () => {
      const state = identityStore.current();
      // The requests will fail for the same reason, and say so.
      if (isUnnamed(state)) identityStore.name(createAnonymous(state.template), false);
    },
  );
}
