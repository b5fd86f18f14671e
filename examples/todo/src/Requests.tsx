import { clearRequests, useRequests, type LoggedRequest } from "./request-log";

/** Every request with the age and the claims of its token. */
export function Requests() {
  const requests = useRequests();
  return (
    <section className="card requests" aria-labelledby="requests">
      <h2 id="requests">
        Requests <span className="count">{requests.length}</span>
      </h2>
      <p className="hint">
        Each asks Clerk for a token, and Clerk hands out the same one until it is about to expire.
      </p>
      {requests.length > 0 && (
        <button type="button" onClick={clearRequests}>
          Clear
        </button>
      )}
      <ol>
        {requests.map((request) => (
          <RequestRow key={request.id} request={request} />
        ))}
      </ol>
    </section>
  );
}

function RequestRow({
  request: { query, language, age, claims, status },
}: {
  request: LoggedRequest;
}) {
  const lifetime = Number(claims["exp"]) - Number(claims["iat"]);
  return (
    <li>
      <details>
        <summary>
          <span className={`status ${status === 200 ? "good" : status === undefined ? "" : "bad"}`}>
            {status ?? "…"}
          </span>
          <span className="language">{language}</span>
          <code className="query">{query}</code>
          <span className="age">
            <meter
              min={0}
              max={lifetime}
              value={age}
              aria-label={`Token ${Math.round(age)} of ${lifetime} seconds old`}
            />
            {Math.round(age)} s / {lifetime} s
          </span>
        </summary>
        <dl className="claims">
          {Object.entries(claims).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}
