import type { FaunaServerAuth } from "fauna-clerk/server";
import { type Mock, vi } from "vitest";

import { makeToken } from "./token";

export interface FakeServerAuth extends FaunaServerAuth {
  /** A new token for each call, as Clerk's servers mint it. */
  readonly getToken: Mock<FaunaServerAuth["getToken"]>;
}

/** What a server SDK of Clerk says of a request: of a user, or with null of nobody. */
export function serverAuth(userId: string | null, orgId: string | null = null): FakeServerAuth {
  const sessionId = userId && `sess_${userId}`;
  return {
    userId,
    sessionId,
    orgId,
    getToken: vi.fn(async ({ template }) =>
      userId ? makeToken({ sub: userId, sid: sessionId, org_id: orgId, template }) : null,
    ),
  };
}
