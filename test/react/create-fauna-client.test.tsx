// @vitest-environment node
import { QueryClient } from "@tanstack/react-query";
import { Client, fql } from "fauna";
import { createFaunaClient, faunaQueryOptions, type GetToken } from "fauna-clerk";
import { expect, test, vi } from "vitest";

import { startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { untilIdle } from "../support/idle";
import { makeToken } from "../support/token";

const adas = (): string => makeToken({ sub: "ada" });

test("createFaunaClient returns the driver's own client, without React", async () => {
  const fauna = await startFakeFauna();
  const getToken = vi.fn<GetToken>(async () => adas());
  const client = createFaunaClient({ endpoint: fauna.url, getToken });
  expect(client).toBeInstanceOf(Client);
  expect((await client.query(fql`1`)).data).toBe("ada - - -");
});

test("createFaunaClient asks for a token of the template before every request", async () => {
  const fauna = await startFakeFauna();
  const getToken = vi.fn<GetToken>(async () => adas());
  const client = createFaunaClient({ endpoint: fauna.url, getToken, template: "mine" });
  await client.query(fql`1`);
  await client.query(fql`1`);
  expect(getToken.mock.calls).toEqual([[{ template: "mine" }], [{ template: "mine" }]]);
});

test("createFaunaClient sends nothing until it is asked to", async () => {
  const fauna = await startFakeFauna();
  const getToken = vi.fn<GetToken>(async () => adas());
  createFaunaClient({ endpoint: fauna.url, getToken });
  await untilIdle();
  expect([getToken.mock.calls, fauna.requests]).toEqual([[], []]);
});

test("createFaunaClient accepts the secret of a Fauna key as a token", async () => {
  const fauna = await startFakeFauna();
  const client = createFaunaClient({ endpoint: fauna.url, getToken: async () => "fnSecret" });
  await client.query(fql`1`);
  expect(fauna.requests[0]?.headers["authorization"]).toBe("Bearer fnSecret");
});

test("createFaunaClient with a userId sends no other user's token", async () => {
  const fauna = await startFakeFauna();
  hurry();
  const getToken = async () => adas();
  const client = createFaunaClient({ endpoint: fauna.url, getToken, userId: "bob" });
  await expect(client.query(fql`1`)).rejects.toMatchObject({ code: "token_mismatch" });
  expect(fauna.requests).toEqual([]);
});

test("createFaunaClient with userId null is signed out", async () => {
  const fauna = await startFakeFauna();
  const client = createFaunaClient({
    endpoint: fauna.url,
    getToken: async () => adas(),
    userId: null,
  });
  await expect(client.query(fql`1`)).rejects.toMatchObject({ code: "signed_out" });
});

test("faunaQueryOptions with its client fills a cache outside React", async () => {
  const fauna = await startFakeFauna();
  const client = createFaunaClient({ endpoint: fauna.url, getToken: async () => adas() });
  const cache = new QueryClient();
  const options = faunaQueryOptions({ client }, fql<string>`1`);
  expect(await cache.fetchQuery(options)).toBe("ada - - -");
  expect(cache.getQueryData(options.queryKey)).toBe("ada - - -");
});
