import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import faunadb from "faunadb";
import { describe, expect, onTestFinished, test } from "vitest";

import { renderClients } from "../support/clients";
import { unlistedHeaders } from "../support/cors-headers";
import { testedDrivers, v4Expression } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { createFakeStream, startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { holdTimeLimits } from "../support/time-limit";
import { ownerOf } from "../support/watcher";

describe.each(testedDrivers)("$driver", ({ query, path }) => {
  test("only headers of the server's CORS list are used", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const client = {
      query_tags: { app: "test" },
      linearized: true,
      typecheck: true,
      max_contention_retries: 2,
      performance_hints: true,
    };
    renderFauna(<Owner query={query()} />, { clerk, fauna, client });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests.flatMap(({ headers }) => unlistedHeaders(headers))).toEqual([]);
  });

  test("a redirect is refused, and the token never reaches the other origin", async () => {
    const [fauna, other, clerk] = [
      await startFakeFauna(),
      await startFakeFauna(),
      createFakeClerk(ada),
    ];
    fauna.respond = () => ({ status: 307, headers: { location: `${other.url}${path}` } });
    renderFauna(<Owner query={query()} options={{ retry: false }} />, { clerk, fauna });
    await screen.findByText(/Error/);
    expect(fauna.requests).toHaveLength(1);
    expect(other.requests).toEqual([]);
  });

  test("a redirect on the same origin is refused too", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = () => ({ status: 302, headers: { location: "/elsewhere" } });
    renderFauna(<Owner query={query()} options={{ retry: false }} />, { clerk, fauna });
    await screen.findByText(/Error/);
    expect(fauna.requests.map((request) => request.path)).toEqual([path]);
  });

  test.each([{ endpoint: "/prefix" }, { endpoint: "/prefix/" }])(
    "an endpoint with the path $endpoint keeps it",
    async ({ endpoint }) => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const options = { clerk, fauna, endpoint: fauna.url + endpoint };
      renderFauna(<Owner query={query()} />, options);
      await screen.findByText(ownerOf(ada));
      // The v4 driver sends to the endpoint itself, without a slash at its end.
      const expected = `/prefix${path}`.replace(/\/$/, "");
      expect(fauna.requests.map((request) => request.path)).toEqual([expected]);
    },
  );

  test("characters split across chunks of an answer are decoded", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const stream = createFakeStream();
    const { body } = success({ path }, "Überraschung 🎉");
    for (const byte of Buffer.from(JSON.stringify(body))) stream.write(Uint8Array.of(byte));
    stream.end();
    fauna.respond = () => ({ stream });
    renderFauna(<Owner query={query()} />, { clerk, fauna });
    await screen.findByText("Überraschung 🎉");
  });

  test("no cookie is sent", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    document.cookie = "session=secret";
    renderFauna(<Owner query={query()} />, { clerk, fauna });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests[0]?.headers).not.toHaveProperty("cookie");
  });
});

test("an unreachable server is the driver's NetworkError", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { clients } = await renderClients(ada, { endpoint: `http://127.0.0.1:${port}` });
  await expect(clients.v10.query(fql`1`)).rejects.toMatchObject({ name: "NetworkError" });
});

test("a request is aborted if its response does not come in time", async () => {
  const limit = holdTimeLimits();
  const client = { query_timeout_ms: 1000, client_timeout_buffer_ms: 2000 };
  const { fauna, clients } = await renderClients(ada, { client });
  const hold = fauna.hold();
  const failure = expect(clients.v10.query(fql`1`)).rejects.toMatchObject({ name: "NetworkError" });
  await hold.reached();
  expect(limit.asked.at(-1)).toBe(3000);
  limit.end();
  await failure;
  await waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
});

test("a v4 request is aborted if its response does not come in time", async () => {
  const limit = holdTimeLimits();
  const { faunaV4 } = await import("fauna-clerk/v4");
  const { fauna, clients } = await renderClients(ada, { drivers: [faunaV4({ timeout: 3 })] });
  const hold = fauna.hold();
  const answer = clients.v4.query(v4Expression(faunadb.query.Now()));
  const failure = expect(answer).rejects.toMatchObject({ name: "TimeoutError" });
  await hold.reached();
  expect(limit.asked.at(-1)).toBe(3000);
  limit.end();
  await failure;
  await waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
});
