import fc from "fast-check";
import { expect } from "vitest";

import { startFastClock } from "../../support/live-clock";
import { restorePage } from "../../support/live-page";
import type { LiveServers } from "../../support/live-servers";
import { pageActions, schedule } from "./actions";
import { App, type SurfaceOptions, type Surface } from "./app";
import { runPage } from "./page";

/** Lets so many random schedules happen, one to an app and `atOnce` apps to a page. */
export async function runSchedules(
  servers: LiveServers,
  createSurface: (options: SurfaceOptions) => Surface,
  { times, atOnce }: { times: number; atOnce: number },
): Promise<void> {
  const clock = startFastClock();
  restorePage();
  const schedules = fc.array(schedule, { minLength: atOnce, maxLength: atOnce });
  const property = fc.asyncProperty(schedules, pageActions, async (all, onPage) => {
    const apps = all.map((each, world) => new App(servers, clock, world, each, createSurface));
    await Promise.all([runPage(servers, clock, onPage), ...apps.map((app) => app.run())]);
    await Promise.all(apps.map((app) => app.settle()));
    await Promise.all(apps.map((app) => app.end()));
    expect(apps.flatMap(({ problems }) => problems)).toEqual([]);
  });
  // The error tells the one schedule that it is about, and the counterexample would be all of them.
  const { failed, seed, counterexamplePath, errorInstance } = await fc.check(property, {
    numRuns: times / atOnce,
    endOnFailure: true,
  });
  if (failed) throw new Error(`seed ${seed}, path ${counterexamplePath}`, { cause: errorInstance });
}
