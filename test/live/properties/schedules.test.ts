// @vitest-environment jsdom
import { afterAll, beforeAll, test } from "vitest";

import { type LiveServers, startLiveServers } from "../../support/live-servers";
import { createPlainSurface } from "./plain-surface";
import { APPS, runSchedules } from "./run-schedules";

let servers: LiveServers;

beforeAll(async () => {
  servers = await startLiveServers(APPS);
});
afterAll(() => servers.close());

test("whatever happens, live data becomes equal to a fresh query's", () =>
  runSchedules(servers, createPlainSurface, 3));
