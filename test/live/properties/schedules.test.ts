// @vitest-environment jsdom
import { afterAll, beforeAll, test } from "vitest";

import { type LiveServers, startLiveServers } from "../../support/live-servers";
import { createPlainSurface } from "./plain-surface";
import { runSchedules } from "./run-schedules";

let servers: LiveServers;

beforeAll(async () => {
  servers = await startLiveServers(50);
});
afterAll(() => servers.close());

test(
  "whatever happens, what is live becomes what a fresh query answers",
  { timeout: 120_000 },
  () => runSchedules(servers, createPlainSurface, { times: 1000, atOnce: 50 }),
);
