import { type Document, fql, type Page } from "fauna";
import {
  type FaunaLiveSettings,
  FaunaProvider,
  useFaunaLiveQuery,
  useFaunaMutation,
} from "fauna-clerk";
import { type ReactNode, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

type Row = Document & { readonly title: string };

declare global {
  interface Window {
    /** Given by the test. */
    token: string | null;
    /** Writes; resolves when Fauna has answered. */
    add: (title: string) => Promise<unknown>;
    /** Says that nobody is signed in, as Clerk does after a sign-out. */
    signOut: () => void;
    /** Errors that nobody has handled. */
    problems: string[];
    /** How often the page came back from the cache for "back". */
    restored: number;
  }
}

window.problems = [];
window.restored = 0;
addEventListener("error", ({ message }) => window.problems.push(message));
addEventListener("unhandledrejection", ({ reason }) => window.problems.push(String(reason)));
addEventListener("pageshow", ({ persisted }) => (window.restored += Number(persisted)));

const settings = new URLSearchParams(location.search);
const user = settings.get("user") ?? "";
const providers = Array.from({ length: Number(settings.get("providers") ?? 1) }, (_, n) => n);
const lists = Array.from({ length: Number(settings.get("lists") ?? 3) }, (_, n) => n);
const live = JSON.parse(settings.get("live") ?? "{}") as FaunaLiveSettings;

/** Shows the titles of a list, and how it is connected. */
function List({ number }: { number: number }) {
  const { data, live, liveInfo } = useFaunaLiveQuery(
    fql<Page<Row>>`L0.where(.list == ${number}).pageSize(1000)`,
  );
  return (
    <p data-live={live} data-transport={liveInfo.transport} data-reason={liveInfo.reason}>
      {data?.data.map(({ id, title }) => (
        <span key={id.toString()}>{title}</span>
      ))}
    </p>
  );
}

function Add() {
  const { mutateAsync } = useFaunaMutation(
    (title: string) => fql`L0.create({ list: 0, owner: ${user}, shared: true, title: ${title} })`,
  );
  useEffect(() => void (window.add = mutateAsync), [mutateAsync]);
  return null;
}

/** Whoever is signed in, for all providers, until somebody signs out. */
function Providers({ children }: { children: (userId: string | null) => ReactNode }) {
  const [userId, setUserId] = useState<string | null>(user);
  useEffect(() => void (window.signOut = () => setUserId(null)), []);
  return children(userId);
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Providers>
      {(userId) =>
        providers.map((provider) => (
          <FaunaProvider
            key={provider}
            endpoint={new URL(settings.get("endpoint") ?? "", location.href)}
            userId={userId}
            getToken={async () => window.token}
            live={live}
          >
            {!provider && <Add />}
            {lists.map((number) => (
              <List key={number} number={number + provider * lists.length} />
            ))}
          </FaunaProvider>
        ))
      }
    </Providers>
  </StrictMode>,
);
