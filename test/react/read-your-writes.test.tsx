import { screen } from "@testing-library/react";
import { type Client, fql } from "fauna";
import { type FaunaV4Client, useFaunaClient } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { testedDrivers, v4Expression } from "../support/drivers";
import { ownerIn, success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";

const { query: q } = faunadb;

/** The transaction time that a request tells the server to be at least at. */
const lastSeen = ({ headers }: ReceivedRequest): string | undefined =>
  headers["x-last-txn-ts"] ?? headers["x-last-seen-txn"];

interface Clients {
  v10: Client;
  v4: FaunaV4Client;
}

function Give({ to }: { to(clients: Clients): void }) {
  to({ v10: useFaunaClient(), v4: useFaunaClient("v4") });
  return null;
}

/** Renders below one provider whose server counts transactions 100, 200, … in answers. */
async function setUp(wrap?: (typeof modes)[number]["wrap"]) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request, index) => success(request, ownerIn(request.claims), (index + 1) * 100);
  let clients!: Clients;
  const app = renderFauna(<Give to={(given) => (clients = given)} />, { clerk, fauna, wrap });
  return { fauna, app, clients };
}

const pairs = testedDrivers.flatMap((first) =>
  testedDrivers.map((second) => ({
    first: first.driver,
    second: second.driver,
    read: first.query("first"),
    again: second.query("second"),
  })),
);

describe.each(modes)("$mode", ({ wrap }) => {
  test.each(pairs)(
    "the last transaction time is carried from one $first hook to another $second hook",
    async ({ read, again }) => {
      const { fauna, app } = await setUp(wrap);
      app.update(<Owner key="first" query={read} />);
      await screen.findByText(ownerOf(ada));
      app.update(<Owner key="second" query={again} />);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests.map(lastSeen)[1]).toBe("100");
    },
  );
});

const writes = [
  {
    client: "v10",
    write: ({ v10 }: Clients) => v10.query(fql`Todo.create({})`) as Promise<unknown>,
  },
  {
    client: "v4",
    write: ({ v4 }: Clients) =>
      v4.query(v4Expression(q.Create(q.Collection("Todo"), {}))) as Promise<unknown>,
  },
];

describe.each(writes)("a write of the $client client", ({ write }) => {
  test.each(testedDrivers)("is seen by the next $driver hook", async ({ query }) => {
    const { fauna, app, clients } = await setUp();
    await write(clients);
    app.update(<Owner query={query()} />);
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests.map(lastSeen)[1]).toBe("100");
  });

  test.each(writes)("is seen by the next query of the $client client", async ({ write: next }) => {
    const { fauna, clients } = await setUp();
    await write(clients);
    await next(clients);
    expect(fauna.requests.map(lastSeen)[1]).toBe("100");
  });
});

test("the first request names no transaction time", async () => {
  const { fauna, clients } = await setUp();
  await clients.v10.query(fql`1`);
  expect(fauna.requests[0] && lastSeen(fauna.requests[0])).toBeUndefined();
});

test("an older transaction time does not replace a newer one", async () => {
  const { fauna, clients } = await setUp();
  fauna.respond = (request, index) => success(request, "x", [300, 200, 100][index]);
  await clients.v10.query(fql`1`);
  await clients.v4.query(v4Expression(q.Now()));
  await clients.v10.query(fql`1`);
  expect(fauna.requests.map(lastSeen)[2]).toBe("300");
});
