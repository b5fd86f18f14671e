import { clearRequests, useRequests, type LoggedRequest } from "./request-log";

/** Every request with the age and the claims of its token. */
export function Requests() {
  const requests = useRequests();
  return (
    <section className="card requests" aria-labelledby="requests">
      <div className="heading">
        <h2 id="requests">Requests</h2>
        <span className="count">{requests.length}</span>
        <button type="button" onClick={clearRequests} disabled={requests.length === 0}>
          Clear
        </button>
      </div>
      <p className="hint">
        Each one asks Clerk for a token, and Clerk hands out the same one until shortly before it
        expires. Open a request to see what its token claims.
      </p>
      <ol>
        {requests.map((request) => (
          <RequestRow key={request.id} request={request} />
        ))}
      </ol>
    </section>
  );
}

function RequestRow({ request }: { request: LoggedRequest }) {
  const { query, language, age, claims, status } = request;
  const lifetime = Number(claims["exp"]) - Number(claims["iat"]);
  return (
    <li>
      <details>
        <summary>
          <Status status={status} />
          <span className="language">{language}</span>
          <code className="query">{query}</code>
          <span className="age" title="Age of the token">
            <meter max={lifetime} value={age} aria-label="Age of the token" />
            {Math.floor(age)} of {lifetime} s
          </span>
        </summary>
        <dl className="claims">
          {Object.entries(claims).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{readable(name, value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}

function Status({ status }: { status: LoggedRequest["status"] }) {
  if (status === undefined) return <span className="status">…</span>;
  // A newer request for the same, or another user, has made the answer needless.
  if (status === "cancelled")
    return (
      <span className="status" title="Cancelled">
        –
      </span>
    );
  const outcome = status === 200 ? "good" : "bad";
  return <span className={`status ${outcome}`}>{status === "failed" ? "!" : status}</span>;
}

/** Dates in a token are seconds since 1970. */
function readable(name: string, value: unknown): string {
  if (!["exp", "iat", "nbf"].includes(name)) return String(value);
  return new Date(Number(value) * 1000).toLocaleTimeString();
}
