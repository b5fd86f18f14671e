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
  const outcome = status === undefined ? "" : status === 200 ? "good" : "bad";
  return (
    <li>
      <details>
        <summary>
          <span className={`status ${outcome}`}>{status ?? "…"}</span>
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

/** Dates in a token are seconds since 1970. */
function readable(name: string, value: unknown): string {
  if (!["exp", "iat", "nbf"].includes(name)) return String(value);
  return new Date(Number(value) * 1000).toLocaleTimeString();
}
