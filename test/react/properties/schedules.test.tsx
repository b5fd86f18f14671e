import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { runs } from "../../support/runs";
import { variants } from "../../support/variants";
import { schedules } from "./actions";
import { Simulation } from "./simulation";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("whatever happens, no token is sent for another user, no data shown to one, and the app recovers", async () => {
    const property = fc.asyncProperty(schedules, async (schedule) => {
      const simulation = await Simulation.start(query(), wrap);
      for (const action of schedule) await simulation.apply(action);
      const { shown, expected } = await simulation.end();
      simulation.check();
      expect(shown).toBe(expected);
    });
    await fc.assert(property, runs(10));
  });
});
