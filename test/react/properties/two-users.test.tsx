import { onlineManager } from "@tanstack/react-query";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { expectCaughtErrors } from "../../support/caught-errors";
import { testedDrivers } from "../../support/drivers";
import { modes } from "../../support/modes";
import { runs } from "../../support/runs";
import { TwoUsers, twoUsersSchedules } from "./two-users";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  onlineManager.setOnline(true);
  vi.useRealTimers();
});

describe.each(modes)("$mode", ({ wrap }) => {
  test("two providers over one persisted cache show, keep and store nothing of one user for another", async () => {
    expectCaughtErrors();
    const property = fc.asyncProperty(
      fc.constantFrom(...testedDrivers),
      fc.constantFrom(0, 1),
      twoUsersSchedules,
      async ({ query }, suspending, schedule) => {
        const page = await TwoUsers.start(query, wrap, suspending);
        for (const action of schedule) await page.apply(action);
        expect(await page.end()).not.toMatch(/ada|bob|eve/);
        page.check();
      },
    );
    await fc.assert(property, runs(6));
  });
});
