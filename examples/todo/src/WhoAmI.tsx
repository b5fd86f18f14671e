import { fql } from "fauna";
import faunadb from "faunadb";
import { useFaunaQuery } from "fauna-clerk/react";
import { useState } from "react";
import { Failure } from "./Failure";
import { Offline } from "./Offline";

const { query: q } = faunadb;
const v10 = fql<string>`Query.token()!.sub`;
const v4 = q.CurrentIdentity();

/** Asks Fauna whose token it was given, in both of its languages. */
export function WhoAmI() {
  const [asked, setAsked] = useState(false);
  const inV10 = useFaunaQuery(asked && v10);
  const inV4 = useFaunaQuery<string>(asked && v4);
  const ask = (): void => {
    setAsked(true);
    if (asked) void Promise.all([inV10.refetch(), inV4.refetch()]);
  };
  return (
    <section className="card" aria-labelledby="who">
      <h2 id="who">Who does Fauna say I am?</h2>
      <button type="button" className="primary" onClick={ask}>
        Make authenticated query
      </button>
      {asked && (
        <dl aria-live="polite">
          <dt>
            FQL v10 <code>Query.token()!.sub</code>
          </dt>
          <dd>{inV10.loading ? "…" : inV10.data}</dd>
          <dt>
            FQL v4 <code>q.CurrentIdentity()</code>
          </dt>
          <dd>{inV4.loading ? "…" : inV4.data}</dd>
        </dl>
      )}
      <Offline paused={inV10.isPaused || inV4.isPaused} />
      <Failure error={inV10.error ?? inV4.error} retry={ask} />
    </section>
  );
}
