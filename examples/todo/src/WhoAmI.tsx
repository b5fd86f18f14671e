import faunadb from "faunadb";
import { useFaunaClaims, useFaunaQuery } from "fauna-clerk/react";
import { useState } from "react";
import { Failure } from "./Failure";
import { Offline } from "./Offline";

const { query: q } = faunadb;
const v4 = q.CurrentIdentity();

/** What the JWT template adds; see local-servers.ts. */
type Claims = { email: string; role: string };

/** Asks Fauna whose token it was given, in both of its languages, and what else is in it. */
export function WhoAmI() {
  const [asked, setAsked] = useState(false);
  const inV10 = useFaunaClaims<Claims>({ enabled: asked });
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
            FQL v10 <code>Query.token()</code>
          </dt>
          <dd>{inV10.loading ? "…" : inV10.data?.sub}</dd>
          {inV10.data && (
            <dd className="hint">
              {inV10.data.email}, {inV10.data.role}
            </dd>
          )}
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
