import { QueryClient } from "@tanstack/react-query";
import { fql, type Page } from "fauna";
import {
  createFaunaClient,
  FaunaProvider,
  subscribeFauna,
  useFaunaClient,
  useFaunaLiveQuery,
  useFaunaMutation,
} from "fauna-clerk";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";

// Makes what should be garbage soon, and tells how much of it is still alive. Nothing here holds it.

const kinds = ["client", "cache", "subscription", "screen"] as const;
type Kind = (typeof kinds)[number];

const made: Record<Kind, WeakRef<object>[]> = {
  client: [],
  cache: [],
  subscription: [],
  screen: [],
};
const note = <T extends object>(kind: Kind, value: T): T => {
  made[kind].push(new WeakRef(value));
  return value;
};

/** The timers that have neither fired nor been cleared. */
const timers = new Set<number>();
const { setTimeout: later, clearTimeout: cancel, setInterval: repeat, clearInterval: end } = window;
window.setTimeout = ((work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
  const timer = later(() => {
    timers.delete(timer);
    work(...args);
  }, ms);
  timers.add(timer);
  return timer;
}) as typeof setTimeout;
window.setInterval = ((work: () => void, ms?: number) => {
  const timer = repeat(work, ms);
  timers.add(timer);
  return timer;
}) as typeof setInterval;
window.clearTimeout = (timer) => {
  timers.delete(Number(timer));
  cancel(timer);
};
window.clearInterval = (timer) => {
  timers.delete(Number(timer));
  end(timer);
};

const endpoint = new URLSearchParams(location.search).get("endpoint") ?? "";
const all = fql<Page<{ title: string }>>`L0.all()`;
const add = (title: string) =>
  fql`L0.create({ list: 0, owner: "ada", shared: true, title: ${title} })`;

/** A script of its own: a client, a query, and a subscription that is live and then stops. */
async function runScript(): Promise<void> {
  const client = createFaunaClient({ endpoint, getToken: () => window.getToken("ada") });
  note("client", client);
  await client.query(all);
  await new Promise<void>((resolve) => {
    const stop = note(
      "subscription",
      subscribeFauna(client, all, ({ live }) => {
        if (live !== "live") return;
        stop();
        resolve();
      }),
    );
  });
}

function Screen({ onDone }: { onDone: () => void }) {
  const client = useFaunaClient();
  const { live, data } = useFaunaLiveQuery(all);
  const { mutate, isSuccess } = useFaunaMutation(add);
  useEffect(() => void note("client", client), [client]);
  useEffect(() => void note("screen", { onDone }), [onDone]);
  useEffect(() => {
    if (live === "live") mutate("A row");
  }, [live, mutate]);
  const isShown = isSuccess && data?.data.some(({ title }) => title === "A row");
  useEffect(() => {
    if (isShown) onDone();
  }, [isShown, onDone]);
  return null;
}

/** A screen with a provider and a cache of its own, which is live, writes, and leaves. */
async function showScreen(): Promise<void> {
  const cache = note("cache", new QueryClient());
  const place = document.createElement("div");
  const root = createRoot(place);
  await new Promise<void>((resolve) =>
    root.render(
      <FaunaProvider
        endpoint={endpoint}
        userId="ada"
        getToken={() => window.getToken("ada")}
        queryClient={cache}
      >
        <Screen onDone={resolve} />
      </FaunaProvider>,
    ),
  );
  root.unmount();
}

export const page = {
  async run(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await runScript();
      await showScreen();
    }
  },
  timers: () => timers.size,
  /** How many of each kind were made, and how many of them are alive. */
  count: () =>
    Object.fromEntries(
      kinds.map((kind) => {
        const alive = made[kind].filter((each) => each.deref()).length;
        return [kind, { made: made[kind].length, alive }];
      }),
    ),
};

declare global {
  interface Window {
    garbage: typeof page;
  }
}
window.garbage = page;
