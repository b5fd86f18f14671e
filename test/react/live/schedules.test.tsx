import { afterAll, beforeAll, describe, test } from "vitest";

import { APPS, runSchedules } from "../../live/properties/run-schedules";
import { type LiveServers, startLiveServers } from "../../support/live-servers";
import { modes } from "../../support/modes";
import { createReactSurface } from "./react-surface";

let servers: LiveServers;

beforeAll(async () => {
  servers = await startLiveServers(APPS);
});
afterAll(() => servers.close());

describe.each(modes)("$mode", ({ wrap }) => {
  test("whatever happens, live data on the screen becomes equal to a fresh query's", () =>
    runSchedules(servers, createReactSurface(wrap), 1));
});
