import { isTransient } from "../cache/retry";
import { pageBeingFetched, runningFetch, setRecovered } from "../cache/tanstack";
import type { Driver } from "../client/driver";
import type { FollowedQuery } from "./followed-query";

/** Fetches data and event source once more. A failure that passes is no error of a query that has data. */
export async function fetchAgain(followed: FollowedQuery): Promise<unknown> {
  const { cached, scope } = followed;
  // A page that is being fetched comes first: to join its fetch would bring no snapshot.
  while (pageBeingFetched(cached)) await Promise.allSettled([runningFetch(cached)]);
  const joined = runningFetch(cached);
  try {
    // TanStack would begin another one beside a fetch that has failed, in the moment before it says so.
    return await (joined ?? followed.fetchSnapshot());
  } catch (error) {
    const hasData = cached.state.data !== undefined;
    // What passes is in `liveInfo`, and a page with good data stays as it is.
    if (hasData && !joined && isTransient(scope.connection.drivers[0] as Driver, error))
      setRecovered(cached);
    throw error;
  }
}
