import { type QueryClient, type QueryObserver } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { useFaunaQuery, type UseFaunaQueryOptions } from "fauna-clerk";
import { expect, test } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { renderFauna } from "../support/render-fauna";

/** Writes its query and its options anew in each render. */
function Title({ id = "1", ...options }: { id?: string } & UseFaunaQueryOptions<string>) {
  const { data } = useFaunaQuery(fql<string>`Todo.byId(${id})!.title`, { ...options });
  return <p data-testid="title">{data}</p>;
}

async function setUp() {
  const fauna = await startFakeFauna();
  fauna.respond = (request, index) => success(request, `title ${index + 1}`);
  const rendered = renderFauna(<Title />, { clerk: createFakeClerk(ada), fauna });
  const shows = (title: string): Promise<void> =>
    waitFor(() => expect(screen.getByTestId("title").textContent).toBe(title));
  await shows("title 1");
  return { ...rendered, fauna, shows };
}

/** The options that TanStack's only observer has. */
const observed = (cache: QueryClient): unknown =>
  (cache.getQueryCache().getAll()[0]?.observers[0] as QueryObserver).options;

test("TanStack gets no new options from a component that renders the same again", async () => {
  const { cache, update } = await setUp();
  update(<Title />);
  const before = observed(cache);
  update(<Title />);
  expect(observed(cache)).toBe(before);
  update(<Title staleTime={1000} />);
  expect(observed(cache)).not.toBe(before);
});

test("after the cache has been cleared, a component that renders the same again asks again", async () => {
  const { cache, update, shows } = await setUp();
  cache.clear();
  update(<Title />);
  await shows("title 2");
});

test("a default that the app sets later counts from the next render on", async () => {
  const { cache, update } = await setUp();
  update(<Title />);
  cache.setQueryDefaults(["fauna"], { gcTime: 12_345 });
  update(<Title />);
  expect(observed(cache)).toMatchObject({ gcTime: 12_345 });
});
