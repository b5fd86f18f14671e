import { type FaunaAuth, useFaunaAuth } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

function Give({ to }: { to(auth: FaunaAuth): void }) {
  to(useFaunaAuth());
  return null;
}

async function setUp(who: Who | null | undefined, wrap: (typeof modes)[number]["wrap"]) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
  const renders: FaunaAuth[] = [];
  renderFauna(<Give to={(auth) => void renders.push(auth)} />, { clerk, fauna, wrap });
  return { clerk, latest: () => renders.at(-1) };
}

const nobody = { userId: null, sessionId: null, orgId: null };

describe.each(modes)("$mode", ({ wrap }) => {
  test("is loading while Clerk is", async () => {
    const { latest } = await setUp(undefined, wrap);
    expect(latest()).toEqual({ status: "loading", ...nobody });
  });

  test("is signed-out, with ids that are null", async () => {
    const { latest } = await setUp(null, wrap);
    expect(latest()).toEqual({ status: "signed-out", ...nobody });
  });

  test("is signed-in, with user, session and organization", async () => {
    const { latest } = await setUp({ ...ada, orgId: "org_navy" }, wrap);
    expect(latest()).toEqual({
      status: "signed-in",
      userId: "ada",
      sessionId: "sess_ada",
      orgId: "org_navy",
    });
  });

  test("stays the user before while isLoaded flickers", async () => {
    const { clerk, latest } = await setUp(ada, wrap);
    const before = latest();
    clerk.unload();
    expect(latest()).toBe(before);
    clerk.load();
    expect(latest()).toBe(before);
  });
});
