import type { Query, QueryValue } from "fauna";
import { subscribeFauna } from "fauna-clerk";

import { type AuthState, readAuth } from "../../../src/auth/identity";
import { createConnection } from "../../../src/client/connection";
import type { Subscription, Surface, SurfaceOptions } from "./app";

/** Follows live queries by `subscribeFauna`, over a connection whose user changes as a provider's does. */
export function createPlainSurface({ endpoint, live, getToken }: SurfaceOptions): Surface {
  const auth = (userId: string | null): AuthState =>
    readAuth({ userId, getToken: (options) => getToken(userId, options) });
  const { getClient, identityStore: session } = createConnection({ endpoint, live }, auth(null));
  const release = session.retain();
  const shown = new Map<Subscription, () => void>();
  let user: string | null = null;

  function follow(subscription: Subscription): void {
    const { query, on, order, tell } = subscription;
    const options = { on, order: order as never };
    shown.set(subscription, subscribeFauna(getClient(), query as Query<QueryValue>, tell, options));
  }
  return {
    show(next, subscriptions) {
      const wanted = new Set(subscriptions.values());
      if (next !== user) {
        // What followed for the user before has to end by itself.
        shown.clear();
        session.update(auth((user = next)));
      }
      for (const [subscription, stop] of shown) {
        if (wanted.has(subscription)) continue;
        stop();
        shown.delete(subscription);
      }
      for (const subscription of wanted) if (!shown.has(subscription)) follow(subscription);
    },
    close: release,
  };
}
