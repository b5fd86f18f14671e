import { onlineManager, QueryClient, useMutationState } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { Document, fql, type Page, type Query, TimeStub } from "fauna";
import { FaunaProvider, useFaunaQuery } from "fauna-clerk";
import { describe, expect, onTestFinished, test } from "vitest";

import { drivers } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type FakeClerk, type Who } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { type Mode, modes } from "../support/modes";
import { Owner } from "../support/owner";
import { copyOf, createStorage, Persisted, textIn } from "../support/persisted";
import { ownerOf } from "../support/watcher";
import { type Write, Writer } from "../support/writer";
import { variants } from "../support/variants";

interface Visit {
  storage: Storage;
  clerk: FakeClerk;
  fauna: FakeFauna;
  wrap?: Mode["wrap"] | undefined;
}

/** One visit of a browser: everything is new but the storage. */
function visit(children: React.ReactNode, { storage, clerk, fauna, wrap = (node) => node }: Visit) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  function App() {
    return (
      <FaunaProvider auth={clerk.useAuth()} endpoint={fauna.url} drivers={drivers}>
        {children}
      </FaunaProvider>
    );
  }
  const tree = wrap(
    <Persisted storage={storage} client={client}>
      <App />
    </Persisted>,
  );
  return { client, ...render(tree) };
}

/** A browser in whose storage there is by now the data of Ada, who is signed in. */
async function visitOfAda(query: Query<string>, wrap?: Visit["wrap"]) {
  const [storage, fauna, clerk] = [createStorage(), await startFakeFauna(), createFakeClerk(ada)];
  const app = visit(<Owner query={query} />, { storage, fauna, clerk, wrap });
  await waitFor(() => expect(textIn(storage)).toContain(ownerOf(ada)));
  return { storage, fauna, clerk, app };
}

/** The same after its tab was closed. */
async function leaveBehind(query: Query<string>) {
  const { storage, fauna, app } = await visitOfAda(query);
  const kept = copyOf(storage);
  app.unmount();
  return { storage: kept, fauna };
}

describe.each(modes)("$mode", ({ mode, wrap }) => {
  describe.each(variants.filter((each) => each.mode === mode))("$driver", ({ query }) => {
    test("the same identity sees persisted data at once, without a request", async () => {
      const { storage, fauna } = await leaveBehind(query());
      const clerk = createFakeClerk();
      visit(<Owner query={query()} />, { storage, fauna, clerk, wrap });
      expect(screen.getByTestId("owner").textContent).toBe("loading");
      clerk.become(ada);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(1);
    });

    test("another identity sees its own data, and all other data leaves the storage", async () => {
      const { storage, fauna } = await leaveBehind(query());
      const clerk = createFakeClerk(bob);
      visit(<Owner query={query()} />, { storage, fauna, clerk, wrap });
      await screen.findByText(ownerOf(bob));
      await waitFor(() => expect(textIn(storage)).toContain(ownerOf(bob)));
      expect(textIn(storage)).not.toContain(ownerOf(ada));
    });

    test.each<[string, Who | null | undefined]>([
      ["at once", null],
      ["after Clerk has loaded", undefined],
    ])(
      "signed out, known %s, nothing is shown and the storage is emptied",
      async (_when, first) => {
        const { storage, fauna } = await leaveBehind(query());
        const clerk = createFakeClerk(first);
        const app = visit(<Owner query={query()} />, { storage, fauna, clerk, wrap });
        if (first === undefined) clerk.become(null);
        await waitFor(() => expect(textIn(storage)).not.toContain(ownerOf(ada)));
        expect(app.getByTestId("owner").textContent).toBe("nothing");
        expect(
          JSON.stringify(
            app.client
              .getQueryCache()
              .getAll()
              .map(({ queryKey }) => queryKey),
          ),
        ).not.toContain(ada.sessionId);
      },
    );

    test("a sign-out empties the storage of the user's data", async () => {
      const { storage, clerk } = await visitOfAda(query(), wrap);
      clerk.become(null);
      await waitFor(() => expect(textIn(storage)).not.toContain(ownerOf(ada)));
      expect(textIn(storage)).not.toContain(ada.sessionId);
    });

    test("persisted data contains no token", async () => {
      const { storage, fauna } = await visitOfAda(query(), wrap);
      const [token = ""] = fauna.requests.map((request) => request.token);
      for (const part of token.split(".")) expect(textIn(storage)).not.toContain(part);
    });
  });

  test("documents come back as the driver's own", async () => {
    const [storage, fauna] = [createStorage(), await startFakeFauna()];
    const todo = {
      id: "1",
      coll: { "@mod": "Todo" },
      ts: { "@time": "2026-01-01T00:00:00Z" },
    };
    fauna.respond = (request) => success(request, { "@set": { data: [{ "@doc": todo }] } });
    const seen: unknown[] = [];
    function Todos() {
      const { data } = useFaunaQuery(fql<Page<Document>>`Todo.all()`);
      const [first] = data?.data ?? [];
      if (first && first !== seen.at(-1)) seen.push(first);
      return <p>{first ? "there" : "not yet"}</p>;
    }
    const first = visit(<Todos />, { storage, fauna, clerk: createFakeClerk(ada) });
    await waitFor(() => expect(textIn(storage)).toContain("Document"));
    const kept = copyOf(storage);
    first.unmount();

    visit(<Todos />, { storage: kept, fauna, clerk: createFakeClerk(ada), wrap });
    await waitFor(() => expect(seen).toHaveLength(2));
    const [before, after] = seen as [Document, Document];
    expect(after).not.toBe(before);
    expect(after).toStrictEqual(before);
    expect(after).toBeInstanceOf(Document);
    expect(after.ts).toBeInstanceOf(TimeStub);
    expect(fauna.requests).toHaveLength(1);
  });
});

describe("a write that waits for the network", () => {
  /** What Ada's browser keeps of it. */
  async function leaveWriteBehind() {
    onlineManager.setOnline(false);
    onTestFinished(() => onlineManager.setOnline(true));
    const [storage, fauna, clerk] = [createStorage(), await startFakeFauna(), createFakeClerk(ada)];
    let write!: Write;
    const app = visit(<Writer to={(given) => (write = given)} />, { storage, fauna, clerk });
    // The persister begins once it has restored what there is.
    await untilIdle();
    write.mutate("adas secret");
    await waitFor(() => expect(textIn(storage)).toContain("adas secret"));
    return { storage, fauna, clerk, app };
  }

  /** Shows nothing, and keeps what the writes are in each frame. */
  function everyFrame() {
    const frames: unknown[] = [];
    function Every() {
      frames.push(useMutationState({ select: ({ state }) => state.variables }));
      return null;
    }
    return { frames, Every };
  }

  test("leaves the storage with its user, before the network is back", async () => {
    const { storage, clerk } = await leaveWriteBehind();
    clerk.become(bob);
    await waitFor(() => expect(textIn(storage)).not.toContain("adas secret"));
  });

  test.each([
    { who: bob, when: "somebody else" },
    { who: null, when: "nobody" },
  ])("is gone at once when $when is signed in on the next visit", async ({ who }) => {
    const { storage: left, fauna, app } = await leaveWriteBehind();
    const storage = copyOf(left);
    app.unmount();
    const { frames, Every } = everyFrame();
    const children = [<Every key="every" />, <Writer key="writer" />];
    const next = visit(children, { storage, fauna, clerk: createFakeClerk(who) });
    await waitFor(() => expect(textIn(storage)).not.toContain("adas secret"));
    expect(next.client.getMutationCache().getAll()).toEqual([]);
    expect(JSON.stringify(frames)).not.toContain("secret");
  });

  test.each([
    { who: bob, when: "somebody else" },
    { who: null, when: "nobody" },
  ])("is seen in no frame if Clerk loads late and $when is signed in", async ({ who }) => {
    const { storage: left, fauna, app } = await leaveWriteBehind();
    const storage = copyOf(left);
    app.unmount();
    const { frames, Every } = everyFrame();
    const clerk = createFakeClerk();
    const next = visit([<Every key="every" />, <Writer key="writer" />], { storage, fauna, clerk });
    await waitFor(() => expect(next.client.getMutationCache().getAll()).toHaveLength(1));
    await untilIdle();
    expect(textIn(storage)).toContain("adas secret");
    clerk.become(who);
    await waitFor(() => expect(textIn(storage)).not.toContain("adas secret"));
    expect(JSON.stringify(frames)).not.toContain("secret");
  });

  test("is there for its user on the next visit", async () => {
    const { storage: left, fauna, app } = await leaveWriteBehind();
    const storage = copyOf(left);
    app.unmount();
    const clerk = createFakeClerk();
    function Waiting() {
      const waiting = useMutationState({ select: ({ state }) => state.variables });
      return <p>{`waiting: ${waiting.join()}`}</p>;
    }
    visit([<Waiting key="waiting" />, <Writer key="writer" />], { storage, fauna, clerk });
    clerk.become(ada);
    await screen.findByText("waiting: adas secret");
    expect(textIn(storage)).toContain("adas secret");
  });
});
