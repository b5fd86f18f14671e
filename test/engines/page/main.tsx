import { fql, type Page, type QueryValue } from "fauna";
import {
  createFaunaClient,
  FaunaProvider,
  type FaunaLiveState,
  isMaybeApplied,
  subscribeFauna,
  useFaunaClient,
  useFaunaMutation,
} from "fauna-clerk";
import { useAuthorizedFetch } from "fauna-clerk/fetch";
import { useEffect } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

type Row = { readonly title: string };

/** What the page has seen. */
interface Seen {
  live: FaunaLiveState | undefined;
  titles: readonly string[];
  /** The titles of the documents that events have added. */
  added: string[];
  readonly errors: string[];
  /** Errors that nobody has handled. */
  unhandled: string[];
  /** Whether the page has come out of the back/forward cache. */
  wasRestored: boolean;
}

const seen: Seen = {
  live: undefined,
  titles: [],
  added: [],
  errors: [],
  unhandled: [],
  wasRestored: false,
};
addEventListener("error", ({ message }) => seen.unhandled.push(message));
addEventListener("unhandledrejection", ({ reason }) => seen.unhandled.push(String(reason)));
addEventListener("pageshow", ({ persisted }) => (seen.wasRestored ||= persisted));

const getToken = async (user: string): Promise<string> => (await fetch(`/token/${user}`)).text();

/** Follows the list of everybody's rows until the returned function is called. */
function follow(endpoint: string): () => void {
  const client = createFaunaClient({ endpoint, getToken: () => getToken("ada") });
  const all = fql<Page<Row>>`L0.where(.shared == true).pageSize(1000)`;
  return subscribeFauna(client, all, ({ data, live, error, events }) => {
    seen.live = live;
    seen.titles = data?.data.map(({ title }) => title) ?? [];
    if (error) seen.errors.push(String(error));
    for (const { type, data } of events)
      if (type === "add") seen.added.push((data as unknown as Row).title);
  });
}

/** Sends one query, which may take a second; the name and the cause of its error. */
async function query(endpoint: string): Promise<unknown> {
  const limits = { query_timeout_ms: 500, client_timeout_buffer_ms: 500 };
  const client = createFaunaClient({
    endpoint,
    client: limits,
    getToken: () => getToken("ada"),
  });
  return client.query(fql<QueryValue>`waiting`).then(({ data }) => data, nameOf);
}

const nameOf = (error: unknown): string =>
  error instanceof Error ? [error.name, nameOf(error.cause)].join(" ").trim() : "";

/** Sends requests as ada that get half an answer or none, and resolves with what each of them ends with. */
let outcomes: Promise<string[]> | undefined;

function Requests({ endpoint }: { endpoint: string }) {
  const client = useFaunaClient();
  const authorizedFetch = useAuthorizedFetch(endpoint);
  const { mutateAsync } = useFaunaMutation(() => fql`waiting`);
  useEffect(() => {
    outcomes ??= Promise.all([
      outcomeOf(client.query(fql`waiting`)),
      outcomeOf(client.query(fql`half`)),
      outcomeOf(mutateAsync()),
      outcomeOf(authorizedFetch(`${endpoint}/waiting`)),
      outcomeOf(authorizedFetch(`${endpoint}/half`).then((response) => response.text())),
    ]);
  });
  return null;
}

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "an answer",
    (error: unknown) => {
      const { code, name, message } = error as { code?: string } & Error;
      return `${code ?? `${name}: ${message}`}${isMaybeApplied(error) ? ", maybe applied" : ""}`;
    },
  );

const root = createRoot(document.getElementById("root") as HTMLElement);

/** Shows the provider of a user, so that requests of the one before end. */
const render = (endpoint: string, user: string): void =>
  flushSync(() =>
    root.render(
      <FaunaProvider endpoint={endpoint} userId={user} getToken={() => getToken(user)}>
        <Requests endpoint={endpoint} />
      </FaunaProvider>,
    ),
  );

let garbage: unknown;

/** Makes garbage, some of which is old when it dies, until what nobody holds has been collected. */
async function churn(): Promise<void> {
  for (let round = 0; round < 40; round++) {
    garbage = Array.from({ length: 200_000 }, (_, index) => ({ index, text: String(index) }));
    await new Promise((resume) => setTimeout(resume, 30));
  }
}

/** Lets so much time pass as when the device is asleep: dates are later, and no timer fires meanwhile. */
function sleep(ms: number): void {
  const { now } = Date;
  Date.now = () => now() + ms;
}

export const page = {
  seen,
  garbage: () => garbage,
  follow,
  query,
  render,
  churn,
  sleep,
  outcomes: () => outcomes,
};

declare global {
  interface Window {
    page: typeof page & { stop?: () => void };
  }
}
window.page = page;

// A page that is loaded anew, because it was not kept in the back/forward cache, goes on by itself.
const endpoint = new URLSearchParams(location.search).get("follow");
if (endpoint) window.page.stop = follow(endpoint);
