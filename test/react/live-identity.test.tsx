import { screen } from "@testing-library/react";
import { type FaunaLiveUpdate, subscribeFauna, useFaunaClient } from "fauna-clerk";
import { useEffect } from "react";
import { expect, onTestFinished, test, vi } from "vitest";

import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo, todos } from "../support/fake-live";
import { renderFauna } from "../support/render-fauna";

const turn = setImmediate;

/** Long enough for what was written to be read, in the same event loop. */
async function talk(): Promise<void> {
  for (let turns = 0; turns < 100; turns++) await new Promise((resume) => turn(resume));
}

test("events that wait for their frame when the user changes are told nobody", async () => {
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
  await vi.waitFor(() => expect(server.streams).toHaveLength(2));
  // What has drawn a frame when it became live.
  for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());

  // No frame passes from now on. What comes alone is told at once all the same.
  change(1);
  await talk();
  change(2);
  await talk();
  expect(told).toEqual(["event 1"]);
  clerk.become(bob);
  vi.advanceTimersByTime(100);
  await talk();
  expect(told).toEqual(["event 1"]);
});
