import { screen, waitFor } from "@testing-library/react";
import { type FaunaLiveUpdate, subscribeFauna, useFaunaClient } from "fauna-clerk";
import { useEffect } from "react";
import { expect, test } from "vitest";

import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo, todos } from "../support/fake-live";
import { renderFauna } from "../support/render-fauna";

const nextFrame = (): Promise<unknown> => new Promise((resume) => requestAnimationFrame(resume));

test("events that wait for their frame when the user changes are told nobody", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  const told: string[] = [];
  let hasSwitched = (): void => {};
  const switched = new Promise<void>((resolve) => (hasSwitched = resolve));

  async function switchUser(): Promise<void> {
    // The rest of the burst is read in microtasks, and applied by a timer.
    for (let count = 0; count < 500; count++) await null;
    told.push("switch");
    clerk.become(bob);
    hasSwitched();
  }
  const states: string[] = [];
  function listen({ live, events }: FaunaLiveUpdate<unknown>): void {
    states.push(live);
    told.push(...events.map(({ txn_ts }) => `event ${txn_ts % 10}`));
    if (events.length === 0 || told.length !== 1) return;
    void switchUser();
  }
  function Subscribe() {
    const client = useFaunaClient();
    useEffect(() => subscribeFauna(client, todos, listen), [client]);
    return null;
  }
  const app = renderFauna([<Subscribe key="ada" />], { clerk, fauna });
  await waitFor(() => expect(states.at(-1)).toBe("live"));
  // The first event after some quiet is told at once, and those that follow it with the next frame.
  await nextFrame();
  await nextFrame();
  send(server.streams[0], ...[1, 2, 3].map((at) => event("update", todo(1, `n${at}`, at), at)));
  await switched;
  await nextFrame();
  await nextFrame();
  app.update([<Subscribe key="ada" />, <Live key="bob" />]);
  await screen.findByText("live: one, three");
  expect(told).toEqual(["event 1", "switch"]);
});
