import { act, screen } from "@testing-library/react";
import { Document, fql, Module, type Page, TimeStub } from "fauna";
import { isMaybeApplied, useFaunaAction, useFaunaQuery } from "fauna-clerk";
import { createFaunaRequest, type FaunaReceipt } from "fauna-clerk/server";
import { type ReactNode, useActionState } from "react";
import { expect, test, vi } from "vitest";

import { success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type FakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, SNAPSHOT, todo } from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";
import { serverAuth } from "../support/server-auth";

const todos = fql<Page<string>>`Todo.all()`;
const saved = new Document({
  coll: new Module("Todo"),
  id: "1",
  ts: TimeStub.from("2026-01-01T00:00:00Z"),
  rank: 9007199254740993n,
});

/** A Fauna whose list grows with each write, and an action that writes on a server. */
async function setUp(): Promise<{
  fauna: FakeFauna;
  clerk: FakeClerk;
  add: () => Promise<FaunaReceipt<Document>>;
}> {
  const fauna = await startFakeFauna();
  let txn = 5;
  fauna.respond = (asked) => {
    if (asked.body.includes("create")) return success(asked, null, ++txn);
    return success(asked, { "@set": { data: [`at ${txn}`] } }, txn);
  };
  const clerk = createFakeClerk(ada);
  const add = async (): Promise<FaunaReceipt<Document>> => {
    const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada") });
    await request.query(fql`Todo.create({})`);
    // As it comes from a server.
    return JSON.parse(JSON.stringify(request.receipt(saved))) as FaunaReceipt<Document>;
  };
  return { fauna, clerk, add };
}

function Todos() {
  return <p>{useFaunaQuery(todos).data?.data.join(" ")}</p>;
}

test("the page sees what the action has written, and its caller gets the value", async () => {
  const { fauna, clerk, add } = await setUp();
  let call!: () => Promise<Document>;
  function Add() {
    call = useFaunaAction(add);
    return null;
  }
  renderFauna(
    <>
      <Todos />
      <Add />
    </>,
    { clerk, fauna },
  );
  await screen.findByText("at 5");
  expect(await call()).toEqual(saved);
  await screen.findByText("at 6");
  expect(fauna.requests.at(-1)!.headers["x-last-txn-ts"]).toBe("6");
});

test("a receipt is taken as the latest render says, and another action is another function", async () => {
  const { fauna, clerk, add } = await setUp();
  const calls: (() => Promise<unknown>)[] = [];
  function Add({ action, isQuiet = false }: { action: typeof add; isQuiet?: boolean }) {
    calls.push(useFaunaAction(action, isQuiet ? { invalidates: false } : {}));
    return null;
  }
  const tree = (more: ReactNode) => (
    <>
      <Todos />
      {more}
    </>
  );
  const app = renderFauna(tree(<Add action={add} />), { clerk, fauna });
  await screen.findByText("at 5");
  app.update(tree(<Add action={add} isQuiet />));
  expect(calls.at(-1)).toBe(calls[0]);
  const { length } = fauna.requests;
  await calls[0]!();
  await untilIdle();
  // The write alone: the query is left alone.
  expect(fauna.requests).toHaveLength(length + 1);
  const other = vi.fn(add);
  app.update(tree(<Add action={other} />));
  await calls.at(-1)!();
  expect(other).toHaveBeenCalledTimes(1);
  await screen.findByText("at 7");
});

test("a live query that was refetched for the action's event is not refetched for its receipt", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  let txn = SNAPSHOT;
  server.answer = (asked) => {
    if (asked.path !== "/query/1") return undefined;
    if (asked.body.includes("create")) return success(asked, null, ++txn);
    const data = { "@set": { data: [todo(1, `at ${txn - SNAPSHOT}`)] } };
    return success(asked, { data, source: { "@stream": "source" } }, txn);
  };
  let write!: () => Promise<void>;
  let answer!: () => void;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  function Add() {
    const call = useFaunaAction(async () => {
      const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada") });
      await request.query(fql`Todo.create({})`);
      send(server.streams[0], event("add", todo(2, "two", 1), 1));
      await answered;
      return request.receipt();
    });
    write = call;
    return <Live options={{ on: fql`Todo.all()` }} />;
  }
  renderFauna(<Add />, { clerk, fauna });
  await screen.findByText("live: at 0");
  const written = write();
  await screen.findByText("live: at 1");
  const asked = server.sent("/query/1").length;
  answer();
  await written;
  await untilIdle();
  expect(server.sent("/query/1")).toHaveLength(asked);
});

test("works with useActionState and a form", async () => {
  const { fauna, clerk, add } = await setUp();
  function Form() {
    const [added, submit] = useActionState(useFaunaAction(add), null);
    return (
      <form action={submit}>
        <b>{added ? added.id : "new"}</b>
        <button>Add</button>
      </form>
    );
  }
  renderFauna(
    <>
      <Todos />
      <Form />
    </>,
    { clerk, fauna },
  );
  await screen.findByText("at 5");
  await act(async () => screen.getByText("Add").click());
  await screen.findByText("1");
  await screen.findByText("at 6");
});

test("refetches nothing if nothing is invalidated, but what is asked then sees the write", async () => {
  const { fauna, clerk, add } = await setUp();
  let call!: () => Promise<Document>;
  function Add() {
    call = useFaunaAction(add, { invalidates: false });
    return null;
  }
  const { update } = renderFauna(
    <>
      <Todos />
      <Add />
    </>,
    { clerk, fauna },
  );
  await screen.findByText("at 5");
  await call();
  await untilIdle();
  expect(fauna.requests).toHaveLength(2);
  function Other() {
    return <p>{useFaunaQuery(fql<Page<string>>`Other.all()`).data?.data.join(" ")}</p>;
  }
  update(<Other />);
  await fauna.received(3);
  expect(fauna.requests[2]!.headers["x-last-txn-ts"]).toBe("6");
});

test("fails as the action does", async () => {
  const { fauna, clerk } = await setUp();
  let call!: () => Promise<unknown>;
  function Add() {
    call = useFaunaAction(() => Promise.reject<FaunaReceipt>(new Error("No.")));
    return null;
  }
  renderFauna(<Add />, { clerk, fauna });
  await expect(call()).rejects.toThrow("No.");
});

test("the value of a user who has left is handed to nobody, and the write may have been applied", async () => {
  const { fauna, clerk, add } = await setUp();
  let call!: () => Promise<Document>;
  function Add() {
    call = useFaunaAction(add);
    return null;
  }
  renderFauna(<Add />, { clerk, fauna });
  const hold = fauna.hold();
  const result = call().catch((error: unknown) => error);
  await hold.reached();
  clerk.become(bob);
  hold.release();
  const error = await result;
  expect(error).toMatchObject({ code: "identity_changed" });
  expect(isMaybeApplied(error)).toBe(true);
});
