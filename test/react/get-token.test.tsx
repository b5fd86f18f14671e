import { render, screen } from "@testing-library/react";
import { FaunaProvider, useFaunaAuth } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { drivers, testedDrivers } from "../support/drivers";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { makeToken } from "../support/token";

function Status() {
  const { status, userId, sessionId, orgId } = useFaunaAuth();
  return <p data-testid="status">{[status, userId, sessionId, orgId].map(String).join(" ")}</p>;
}

const status = () => screen.getByTestId("status").textContent;

describe.each(modes)("$mode", ({ wrap }) => {
  describe.each(testedDrivers)("$driver", ({ query }) => {
    async function setUp() {
      const fauna = await startFakeFauna();
      const tree = (userId?: string | null) =>
        wrap(
          <FaunaProvider
            endpoint={fauna.url}
            getToken={async () => makeToken({ sub: userId ?? "somebody" })}
            userId={userId}
            drivers={drivers}
          >
            <Owner query={query()} />
            <Status />
          </FaunaProvider>,
        );
      return { fauna, tree };
    }

    test("getToken alone counts as signed in", async () => {
      const { tree } = await setUp();
      render(tree());
      await screen.findByText("somebody - - -");
      expect(status()).toBe("signed-in null null null");
    });

    test("getToken with userId is signed in as that user, and a new userId is a switch of user", async () => {
      const { tree } = await setUp();
      const { rerender } = render(tree("ada"));
      await screen.findByText("ada - - -");
      rerender(tree("bob"));
      await screen.findByText("bob - - -");
      expect(status()).toBe("signed-in bob null null");
    });

    test("userId null is signed out", async () => {
      const { fauna, tree } = await setUp();
      render(tree(null));
      await screen.findByText("nothing");
      expect(status()).toBe("signed-out null null null");
      expect(fauna.requests).toEqual([]);
    });
  });
});
