import fc from "fast-check";
import { expect, onTestFinished, vi } from "vitest";

import { startFastClock } from "../../support/live-clock";
import { restorePage } from "../../support/live-page";
import type { LiveServers } from "../../support/live-servers";
import { runs, seededRandom } from "../../support/runs";
import { pageActions, schedule } from "./actions";
import { App, type SurfaceOptions, type Surface } from "./app";
import { runPage } from "./page";

/** So many apps share a page, and are the worlds that a server needs. */
export const APPS = 5;

/** Lets random schedules happen to so many pages in turn, one to each of their apps. */
export async function runSchedules(
  servers: LiveServers,
  createSurface: (options: SurfaceOptions) => Surface,
  pages: number,
): Promise<void> {
  const clock = startFastClock();
  restorePage();
  const random = vi.spyOn(Math, "random");
  onTestFinished(() => random.mockRestore());
  const schedules = fc.array(schedule, { minLength: APPS, maxLength: APPS });
  const property = fc.asyncProperty(schedules, pageActions, async (all, onPage) => {
    // The library waits for a random time before it tries again.
    random.mockImplementation(seededRandom());
    const apps = all.map((each, world) => new App(servers, clock, world, each, createSurface));
    await Promise.all([runPage(servers, clock, onPage), ...apps.map((app) => app.run())]);
    await Promise.all(apps.map((app) => app.settle()));
    await Promise.all(apps.map((app) => app.end()));
    expect(apps.flatMap(({ problems }) => problems)).toEqual([]);
  });
  // The error tells the one schedule that it is about, and the counterexample would be all of them.
  const { failed, seed, counterexamplePath, errorInstance } = await fc.check(property, {
    ...runs(pages),
    endOnFailure: true,
  });
  if (failed)
    throw new Error(`To replay it: TEST_SEED=${seed} TEST_PATH=${counterexamplePath}`, {
      cause: errorInstance,
    });
}
