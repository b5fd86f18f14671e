import {
  FaunaAuthenticated,
  FaunaAuthLoading,
  FaunaUnauthenticated,
  isConfigurationError,
} from "fauna-clerk";
import { render } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { expectCaughtErrors } from "../support/caught-errors";
import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

const gates = (
  <>
    <FaunaAuthLoading>loading</FaunaAuthLoading>
    <FaunaAuthenticated>signed in</FaunaAuthenticated>
    <FaunaUnauthenticated>signed out</FaunaUnauthenticated>
  </>
);

describe.each(modes)("$mode", ({ wrap }) => {
  async function show(who: Who | null | undefined) {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
    const { container } = renderFauna(gates, { clerk, fauna, wrap });
    return { clerk, container };
  }

  test("exactly one of the three gates shows its children", async () => {
    const { clerk, container } = await show(undefined);
    expect(container.textContent).toBe("loading");
    clerk.become(null);
    expect(container.textContent).toBe("signed out");
    clerk.become(ada);
    expect(container.textContent).toBe("signed in");
  });

  test("the screen stays as it is while Clerk is in the middle of a change", async () => {
    const { clerk, container } = await show(ada);
    clerk.unload();
    expect(container.textContent).toBe("signed in");
    clerk.become(null);
    expect(container.textContent).toBe("signed out");
  });
});

test("without a provider the gates throw no_provider", () => {
  expectCaughtErrors();
  let error: unknown;
  try {
    render(gates);
  } catch (thrown) {
    error = thrown;
  }
  expect(isConfigurationError(error) && error.code).toBe("no_provider");
});
