import { screen, waitFor } from "@testing-library/react";
import { useFaunaLiveQuery } from "fauna-clerk";
import { expect, test, vi } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { Live, type Result, serveLive, todos } from "../support/fake-live";
import { hurry } from "../support/hurry";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";

async function setUp(children: React.ReactNode) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  vi.spyOn(Math, "random").mockReturnValue(0);
  renderFauna(children, { clerk, fauna });
  return { server };
}

const shows = (text: string): Promise<HTMLElement> => screen.findByText(text);

test("liveInfo says what brings the changes, or why none come; the page keeps its data", async () => {
  const seen: Result[] = [];
  const { server } = await setUp(<Live seen={seen} />);
  // With a pause between attempts: without, they would soon be too many for a minute.
  vi.mocked(Math.random).mockReturnValue(0.5);
  await shows("live: one, three");
  const { since } = seen.at(-1)!.liveInfo;
  const live = { transport: "stream", reason: null, since, retryAt: null, error: null };
  expect(seen.at(-1)?.liveInfo).toEqual(live);
  server.answer = () => ({ status: 503, body: { error: { code: "down", message: "down" } } });
  server.streams[0]?.end();
  await shows("reconnecting: one, three");
  await waitFor(() => expect(seen.at(-1)?.liveInfo.error).toMatchObject({ httpStatus: 503 }));
  expect(seen.at(-1)).toMatchObject({
    error: null,
    liveInfo: { transport: null, reason: "failed" },
  });
  server.answer = () => undefined;
  await shows("live: one, three");
  expect(seen.at(-1)?.liveInfo.error).toBeNull();
});

test("liveInfo has the error if Clerk does not load, but not of a query that is not wanted", async () => {
  const fauna = await startFakeFauna();
  hurry();
  const [seen, idle]: [Result[], Result[]] = [[], []];
  renderFauna(
    <>
      <Live seen={seen} />
      <Live seen={idle} options={{ enabled: false }} />
    </>,
    { clerk: createFakeClerk(), fauna, tokenTimeout: 1000 },
  );
  await screen.findByText(/^connecting: No token/);
  expect(seen.at(-1)?.liveInfo).toMatchObject({ reason: "auth", error: { code: "token_timeout" } });
  expect(idle.at(-1)?.liveInfo).toMatchObject({ reason: "idle", error: null });
});

test("what becomes of a connection renders only who reads liveInfo", async () => {
  const [seen, infos]: [Result[], Result["liveInfo"][]] = [[], []];
  function Reading() {
    infos.push(useFaunaLiveQuery(todos).liveInfo);
    return null;
  }
  const { server } = await setUp(
    <>
      <Live seen={seen} />
      <Reading />
    </>,
  );
  await shows("live: one, three");
  server.answer = () => ({ status: 503, body: { error: { code: "down", message: "down" } } });
  server.streams[0]?.end();
  await shows("reconnecting: one, three");
  await waitFor(() => expect(infos.at(-1)?.error).toMatchObject({ httpStatus: 503 }));
  await untilIdle();
  expect(seen.filter(({ live }) => live === "reconnecting")).toHaveLength(1);
});
