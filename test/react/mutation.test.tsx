import { QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { failure, ownerIn } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { modes, type Mode } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { type Write, Writer, type WriterProps } from "../support/writer";
import { variants } from "../support/variants";

async function setUp(props: WriterProps = {}, wrap?: Mode["wrap"], queryClient?: QueryClient) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  let write!: Write;
  const app = renderFauna(<Writer {...props} to={(given) => (write = given)} />, {
    clerk,
    fauna,
    wrap,
    queryClient,
  });
  return { fauna, clerk, app, write: () => write };
}

describe.each(modes)("$mode", ({ mode, wrap }) => {
  describe.each(variants.filter((each) => each.mode === mode))("$driver", ({ query }) => {
    test("a write is sent once, with the user's token, and resolves with its data", async () => {
      const { fauna, write } = await setUp({ build: query }, wrap);
      await expect(write().mutateAsync("who")).resolves.toBe(ownerOf(ada));
      expect(fauna.requests.map(({ claims }) => ownerIn(claims))).toEqual([ownerOf(ada)]);
      await screen.findByText(`success who ${ownerOf(ada)}`);
    });

    test("every write asks for a token", async () => {
      const { fauna, clerk, write } = await setUp({ build: query }, wrap);
      await write().mutateAsync("one");
      await write().mutateAsync("two");
      expect(clerk.getToken).toHaveBeenCalledTimes(2);
      expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(2);
    });

    test("the driver's own error rejects untouched", async () => {
      const { fauna, write } = await setUp({ build: query }, wrap);
      fauna.respond = (request) => failure(request, 400, "constraint_failure");
      const error: unknown = await write()
        .mutateAsync("who")
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toHaveProperty("maybeApplied");
      expect(error).not.toHaveProperty("docsPath");
      await waitFor(() => expect(write().error).toBe(error));
    });
  });

  test("nothing is sent before mutate is called", async () => {
    const { fauna, clerk } = await setUp({}, wrap);
    await screen.findByText("idle");
    expect(clerk.getToken).not.toHaveBeenCalled();
    expect(fauna.requests).toHaveLength(0);
  });
});

test("a value that is not a query rejects with a ConfigurationError and is not sent", async () => {
  const { fauna, write } = await setUp({ build: () => "Todo.create({})" as never });
  await expect(write().mutateAsync("x")).rejects.toMatchObject({ code: "not_a_query" });
  expect(fauna.requests).toHaveLength(0);
});

test("request options reach the driver", async () => {
  const { fauna, write } = await setUp({ options: { request: { query_timeout_ms: 1234 } } });
  await write().mutateAsync("x");
  expect(fauna.requests[0]?.headers["x-query-timeout-ms"]).toBe("1234");
});

test("TanStack's own callbacks get data, variables and the result of onMutate", async () => {
  const told: unknown[] = [];
  const { write } = await setUp({
    options: {
      onMutate: (variables) => ({ asked: variables }),
      onSuccess: (data, variables, result) => void told.push(data, variables, result),
    },
  });
  await write().mutateAsync("x");
  expect(told).toEqual([ownerOf(ada), "x", { asked: "x" }]);
});

test("onError gets the error and the result of onMutate", async () => {
  const told: unknown[] = [];
  const { fauna, write } = await setUp({
    options: {
      onMutate: () => "before",
      onError: (error, variables, result) => void told.push(error.name, variables, result),
    },
  });
  fauna.respond = (request) => failure(request, 400, "invalid_query");
  write().mutate("x");
  await waitFor(() => expect(told).toEqual(["QueryCheckError", "x", "before"]));
});

test("the QueryClient's defaults for mutations apply", async () => {
  const told: unknown[] = [];
  const onSuccess = (data: unknown): void => void told.push(data);
  const queryClient = new QueryClient({ defaultOptions: { mutations: { onSuccess } } });
  const { write } = await setUp({}, undefined, queryClient);
  await write().mutateAsync("x");
  expect(told).toEqual([ownerOf(ada)]);
});

test("a write names endpoint and identity: in its key, or in meta if the app has given it a key", async () => {
  const keyless = await setUp();
  await keyless.write().mutateAsync("x");
  const [first] = keyless.app.cache.getMutationCache().getAll();
  const owner = [...(first!.options.mutationKey ?? [])];
  expect(owner).toEqual(["fauna", `${keyless.fauna.url}/`, expect.stringContaining("sess_ada")]);

  const keyed = await setUp({ options: { mutationKey: ["add"], meta: { a: 1 } } });
  await keyed.write().mutateAsync("x");
  const [mutation] = keyed.app.cache.getMutationCache().getAll();
  owner[1] = `${keyed.fauna.url}/`;
  expect(mutation!.options.mutationKey).toEqual(["add"]);
  expect(mutation!.meta).toEqual({ a: 1, fauna: owner });
});

test("no token is in the mutation cache", async () => {
  const { app, fauna, write } = await setUp();
  await write().mutateAsync("x");
  const [mutation] = app.cache.getMutationCache().getAll();
  const { state, options } = mutation!;
  expect(JSON.stringify([state, options])).not.toContain(fauna.requests[0]!.token);
});

test("signed out, a write rejects with signed_out and nothing is sent", async () => {
  const { fauna, clerk, write } = await setUp();
  clerk.become(null);
  await expect(write().mutateAsync("x")).rejects.toMatchObject({ code: "signed_out" });
  expect(fauna.requests).toHaveLength(0);
});

test("while Clerk loads, a write waits and then belongs to the user who is signed in", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk()];
  let write!: Write;
  renderFauna(<Writer to={(given) => (write = given)} />, { clerk, fauna });
  const answer = write.mutateAsync("x");
  await screen.findByText("pending x");
  expect(fauna.requests).toHaveLength(0);
  clerk.become(ada);
  await expect(answer).resolves.toBe(ownerOf(ada));
  await screen.findByText(`success x ${ownerOf(ada)}`);
});
