import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { useFaunaAuth, useFaunaLiveQuery, useFaunaSuspenseQuery } from "fauna-clerk/react";
import { Suspense } from "react";
import { ErrorBoundary } from "./ErrorBoundary";
import { allTodos, counts } from "./todo";

/** How far the user is, by Suspense: what waits and what fails is dealt with out here. */
export function Progress() {
  const { sessionId, orgId } = useFaunaAuth();
  // Keeps alive what is shown below: a query is one, whoever asks for it. Fauna computes a count, hence `on`.
  useFaunaLiveQuery(counts, { on: allTodos });
  return (
    <section className="card" aria-labelledby="progress">
      <h2 id="progress">Progress</h2>
      <QueryErrorResetBoundary>
        {({ reset }) => (
          // With the key an error goes away with the user whose it is.
          <ErrorBoundary key={`${sessionId} ${orgId}`} onReset={reset}>
            <Suspense fallback={<p role="status">Counting…</p>}>
              <Counts />
            </Suspense>
          </ErrorBoundary>
        )}
      </QueryErrorResetBoundary>
    </section>
  );
}

/** In here there are data, always. */
function Counts() {
  const { all, done } = useFaunaSuspenseQuery(counts).data;
  return (
    <p className="progress">
      <progress max={all} value={done} aria-labelledby="progress" />
      {done.toLocaleString("en")} of {all.toLocaleString("en")} done
    </p>
  );
}
