import { createAnonymous, createIdentity, type Identity, isTokenOf } from "./identity";
import type { IdentityStore } from "./identity-store";
import { CLAIMS, decodeJwtPart } from "./jwt";
import { runRequest, type Running } from "./running";

// Loaded on demand: where Clerk or the app says who is signed in, nobody needs it.

/** What fetch-with-token.ts hands to refresh.ts and token-identity.ts, which it loads on demand. */
export interface TokenRequests {
  readonly identityStore: IdentityStore;
  /** Asks for a token of the identity. */
  readonly requestToken: (running: Running, skipCache?: boolean) => Promise<string>;
  /** Waits for a token no longer than the request and the time limit say. */
  readonly withTimeout: (running: Running, token: Promise<string>) => Promise<string>;
  /** The forced refreshes under way, by the token that is of no use. */
  readonly refreshes: Map<string, Promise<string>>;
}

/**
 * Lets a token say who is signed in. The first one names the identity. One of another user, session or organization
 * ends it and begins the next.
 */
export function nameIdentity(store: IdentityStore, token: string): void {
  const { identity, template, isNamed } = store.current();
  if (isNamed && isTokenOf(identity, token)) return;
  const named = identityOf(token, template);
  // What was asked for without a name is the same user's.
  const keepsKey = !isNamed && identity.status === "signed-in" && identity.userId === null;
  store.name(keepsKey ? createIdentity("signed-in", template, named, identity.key) : named);
}

/** Whether only a token can tell who is signed in, and none has come. */
function isUnnamed({ current }: IdentityStore): boolean {
  const { identity, isNamedByToken } = current();
  return !!isNamedByToken && identity.status === "loading";
}

/** Asks for a first token, so that it is known who is signed in. */
export async function identify({
  identityStore,
  requestToken,
  withTimeout,
}: TokenRequests): Promise<void> {
  if (!isUnnamed(identityStore)) return;
  await runRequest(identityStore, {}, (running) =>
    withTimeout(running, requestToken(running)),
  ).catch(() => {
    const { template } = identityStore.current();
    // The requests will fail for the same reason, and say so.
    if (isUnnamed(identityStore)) identityStore.name(createAnonymous(template), false);
  });
}

/** Whether a token is of the same user, session and organization as another one, as far as both tell. */
export const isOfSameUser = (token: string, other: string): boolean =>
  isTokenOf(identityOf(other, ""), token);

function identityOf(token: string, template: string): Identity {
  const { sub, sid, org_id } = decodeJwtPart(token, CLAIMS) ?? {};
  if (typeof sub !== "string") return createAnonymous(template);
  const orgId = /^org_/.test(String(org_id)) ? stringOf(org_id) : null;
  return createIdentity("signed-in", template, { userId: sub, sessionId: stringOf(sid), orgId });
}

const stringOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
