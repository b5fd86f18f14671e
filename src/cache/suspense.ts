import type { Query } from "@tanstack/react-query";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../client/connection";
import { ConfigurationError } from "../errors";
import { isSuspending } from "./tanstack";

/** Whether a server's render can show a query: its data was prefetched, or is on its way. */
export const isThereOrComing = ({ data, fetchStatus }: Query["state"]): boolean =>
  data !== undefined || fetchStatus === "fetching";

/**
 * How React 19.3 marks what `use(browser())` throws: it renders the fallback and leaves the boundary to the browser, and
 * neither of them takes it for an error. `browser` is react-dom's, which React Native does not have.
 */
const LEAVES_TO_BROWSER = Symbol.for("react.recoverable");

/**
 * To an older React on a server it is an error of the nearest boundary, which the browser renders again. Next.js knows by
 * the digest that this is meant, and neither logs it nor fails the build of a static page.
 */
export function leaveToBrowser(): never {
  const message = "A server sends no queries: this <Suspense> renders in the browser.";
  // React shows the cause if there is no boundary.
  throw Object.assign(new ConfigurationError("browser_only", message, { cause: message }), {
    digest: "BAILOUT_TO_CLIENT_SIDE_RENDERING",
    [LEAVES_TO_BROWSER]: true,
  });
}

type StaleTime = (cached: Query) => unknown;

/**
 * Makes TanStack's own Suspense hooks do as ours. They suspend until a query has data. A skipped query never has any, nor
 * has on a server the query of a user whom nobody names, because each render stands for itself. The check is in the stale
 * time, because the hooks ask for that first while they render.
 */
export function withSuspense<O extends object>(
  connection: Connection,
  identity: Identity,
  query: unknown,
  built: O,
): O {
  const { staleTime } = built as { staleTime?: StaleTime };
  const isKnown = identity.status !== "loading" && !identity.hashKey;
  // Without a provider the app's default is not known here, and would be overridden. Where the query is skipped, or nobody
  // is known, there is no data for which it would count.
  if (!connection.cache && isKnown && query) return built;
  const ask: StaleTime = (cached) => {
    const { state } = cached;
    if (isSuspending(cached) && state.data === undefined) {
      // Throws if the query is skipped.
      driverFor(connection, query);
      const canWait = isKnown && isThereOrComing(state);
      if (typeof window === "undefined" && !canWait) leaveToBrowser();
    }
    return staleTime?.(cached);
  };
  return { ...built, staleTime: ask };
}
