import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { createFaunaClient } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test, vi } from "vitest";

import { attachCache, connectionOf, driverFor } from "../../src/client/connection";
import { drivers } from "../support/drivers";
import { startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { connect } from "../support/signed-in";
import { makeToken } from "../support/token";

const expression = faunadb.query.CurrentIdentity();
const failure = (code: string, message: string): Error =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

test("a client knows its connection, and another one is refused", () => {
  const connection = connect();
  expect(connectionOf(connection.getClient())).toBe(connection);
  expect(() => connectionOf({})).toThrow(
    failure("unknown_client", "Pass a client of useFaunaClient() or createFaunaClient()."),
  );
});

describe("the driver for a query", () => {
  const connection = connect(undefined, { drivers });

  test("is the one that accepts it", () => {
    expect(driverFor(connection, fql`1`).name).toBe("v10");
    expect(driverFor(connection, expression).name).toBe("v4");
  });

  test("of FQL v4 has to be there, and the error says how to get it", () => {
    expect(() => driverFor(connect(), expression)).toThrow(
      failure("no_v4_driver", 'FQL v4 needs drivers={[faunaV4()]} of "fauna-clerk/v4".'),
    );
  });

  test.each([["text"], [null], [undefined], [{}], [{ _isFaunaExpr: false }]])(
    "is none for %j, and the error says how a query is written",
    (query) => {
      expect(() => driverFor(connect(), query)).toThrow(
        failure("not_a_query", `A query is written fql\`…\`, not as a ${typeof query}.`),
      );
    },
  );
});

describe("the cache of a connection's provider", () => {
  test("is known to it, also in an app that writes nothing", () => {
    const connection = connect();
    const cache = new QueryClient();
    attachCache(connection, cache);
    expect(connection.cache).toBe(cache);
  });

  test("is watched for the writes of others", () => {
    const connection = connect();
    connection.keepMutationsOwn = vi.fn();
    const cache = new QueryClient();
    attachCache(connection, cache);
    expect(connection.keepMutationsOwn).toHaveBeenCalledExactlyOnceWith(cache);
  });
});

test("a client without a provider asks for a token of the template, for the user", async () => {
  const fauna = await startFakeFauna();
  const getToken = vi.fn(async () => makeToken({ sub: "ada" }));
  const options = { endpoint: fauna.url, getToken, userId: "ada", template: "other" };
  const client = createFaunaClient(options);
  await client.query(fql`1`);
  expect(getToken).toHaveBeenCalledWith({ template: "other" });
  const bobs = createFaunaClient({ ...options, userId: "bob" });
  hurry();
  await expect(bobs.query(fql`1`)).rejects.toMatchObject({ code: "token_mismatch" });
  expect(fauna.requests).toHaveLength(1);
});
