import { screen } from "@testing-library/react";
import { type FaunaLiveUpdate, subscribeFauna, useFaunaClient } from "fauna-clerk";
import { useEffect } from "react";
import { expect, onTestFinished, test, vi } from "vitest";

import { eventually } from "../support/eventually";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo, todos } from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";

test("events that wait for their frame when the user changes are dropped", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  const told: string[] = [];
  const listen = ({ events }: FaunaLiveUpdate<unknown>): void =>
    void told.push(...events.map(({ txn_ts }) => `event ${txn_ts % 10}`));
  function Subscribe() {
    const client = useFaunaClient();
    useEffect(() => subscribeFauna(client, todos, listen), [client]);
    return <Live />;
  }
  const change = (at: number): void => {
    for (const stream of server.streams) send(stream, event("update", todo(1, `n${at}`, at), at));
  };
  renderFauna(<Subscribe />, { clerk, fauna });
  await screen.findByText("live: one, three");
  await eventually(() => expect(server.streams).toHaveLength(2));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  onTestFinished(() => void vi.useRealTimers());

  // No frame passes from now on. What comes alone is told at once all the same.
  change(1);
  await untilIdle();
  change(2);
  await untilIdle();
  expect(told).toEqual(["event 1"]);
  clerk.become(bob);
  vi.advanceTimersByTime(100);
  await untilIdle();
  expect(told).toEqual(["event 1"]);
});
