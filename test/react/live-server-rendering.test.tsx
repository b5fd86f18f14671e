// @vitest-environment node
import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { FaunaProvider, useFaunaEvents } from "fauna-clerk";
import { renderToString } from "react-dom/server";
import { expect, test, vi } from "vitest";

import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { Live } from "../support/fake-live";
import { untilIdle } from "../support/idle";

function Listen() {
  const { live } = useFaunaEvents(fql`Todo.all().eventSource()`, { onEvent() {} });
  return <p>{`events ${live}`}</p>;
}

test.each<[string, Who | null | undefined, string]>([
  ["Clerk is loading", undefined, "connecting"],
  ["somebody is signed in", ada, "connecting"],
  ["nobody is signed in", null, "off"],
])("rendering on the server sends nothing while %s", async (_state, who, live) => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
  const fetched = vi.spyOn(globalThis, "fetch");
  const queryClient = new QueryClient();
  const html = renderToString(
    <FaunaProvider auth={clerk.auth} endpoint={fauna.url} queryClient={queryClient}>
      <Live />
      <Listen />
    </FaunaProvider>,
  );
  expect(html).toContain(`${live}: nothing`);
  expect(html).toContain(`events ${live}`);
  await untilIdle();
  expect(clerk.getToken).not.toHaveBeenCalled();
  expect(fetched).not.toHaveBeenCalled();
});
