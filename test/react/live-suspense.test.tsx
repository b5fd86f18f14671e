import { screen, waitFor } from "@testing-library/react";
import { useFaunaSuspenseQuery } from "fauna-clerk";
import { Suspense } from "react";
import { describe, expect, test } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo, todos } from "../support/fake-live";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

function Suspending() {
  const { data } = useFaunaSuspenseQuery(todos);
  return <p>{`suspending: ${data.data.map(({ title }) => title).join(", ")}`}</p>;
}

describe.each(modes)("$mode", ({ wrap }) => {
  test("a component that suspends on the query shows the live data that another one follows", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const server = serveLive(fauna);
    const children = (
      <>
        <Live />
        <Suspense fallback="suspended">
          <Suspending />
          <Live />
        </Suspense>
      </>
    );
    renderFauna(children, { clerk, fauna, wrap });
    await screen.findByText("suspending: one, three");
    await waitFor(() => expect(screen.getAllByText("live: one, three")).toHaveLength(2));
    send(server.streams[0], event("add", todo(2, "two", 1), 1));
    await screen.findByText("suspending: one, two, three");
    expect(server.sent("/stream/1")).toHaveLength(1);
  });
});
