import { createFaunaClient, type FaunaLiveSettings, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { requestHook } from "../../src/client/send-request";
import { slotsOf } from "../../src/live/page-slots";
import { eventually } from "../support/eventually";
import { startFakeFauna } from "../support/fake-fauna";
import { serveLive, todos } from "../support/fake-live";
import { makeToken } from "../support/token";

/** Which cookies queries and streams are sent with, once both have been. */
async function credentials(isOwnOrigin: boolean, live?: FaunaLiveSettings): Promise<unknown[]> {
  const fauna = await startFakeFauna();
  serveLive(fauna);
  const { origin } = new URL(fauna.url);
  vi.stubGlobal("location", { origin: isOwnOrigin ? origin : "http://localhost" });
  const network = vi.spyOn(globalThis, "fetch");
  onTestFinished(() => {
    vi.unstubAllGlobals();
    network.mockRestore();
  });
  const getToken = async (): Promise<string> => makeToken({ sub: "ada" });
  const client = createFaunaClient({ endpoint: fauna.url, live, getToken });
  onTestFinished(subscribeFauna(client, todos, () => {}));
  const sent = (path: string): unknown[] =>
    network.mock.calls
      .filter(([url]) => url === fauna.url + path)
      .map(([, init]) => init?.credentials);
  await eventually(() => expect(sent("/stream/1")).toHaveLength(1));
  await client.query(todos);
  return [sent("/query/1").at(-1), sent("/stream/1")[0]];
}

test.each([
  ["to another origin go without cookies", false, undefined, ["omit", "omit"]],
  ["to another origin may go with cookies", false, "include", ["omit", "include"]],
  [
    "to the page's own origin go without those of queries",
    true,
    undefined,
    ["same-origin", "omit"],
  ],
  ["to the page's own origin always do", true, "include", ["same-origin", "omit"]],
] as const)("streams %s", async (_, isOwnOrigin, streamCredentials, expected) => {
  expect(await credentials(isOwnOrigin, { streamCredentials })).toEqual(expected);
});

test("providers of one server have three streams together, and another server has its own", async () => {
  const faunas = [await startFakeFauna(), await startFakeFauna()];
  const servers = faunas.map((fauna) => serveLive(fauna));
  const getToken = async (): Promise<string> => makeToken({ sub: "ada" });
  for (const { url } of [...faunas, ...faunas, ...faunas, ...faunas])
    onTestFinished(subscribeFauna(createFaunaClient({ endpoint: url, getToken }), todos, () => {}));
  await eventually(() => expect(servers.map(({ streams }) => streams.length)).toEqual([3, 3]));
  await eventually(() =>
    expect(servers.map(({ sent }) => sent("/feed/1").length > 0)).toEqual([true, true]),
  );
  expect(servers.map(({ sent }) => sent("/stream/1").length)).toEqual([3, 3]);
});

test("a live query that gets its stream while it reads a feed reads no second feed", async () => {
  const fauna = await startFakeFauna();
  const server = serveLive(fauna);
  const getToken = async (): Promise<string> => makeToken({ sub: "ada" });
  const subscribe = (): (() => void) =>
    subscribeFauna(createFaunaClient({ endpoint: fauna.url, getToken }), todos, () => {});
  const leave = Array.from({ length: 3 }, subscribe);
  for (const stop of leave) onTestFinished(stop);
  await eventually(() => expect(server.streams).toHaveLength(3));
  server.answer = ({ path }) => {
    if (path === "/feed/1") leave[0]?.();
    return undefined;
  };
  onTestFinished(subscribe());
  await eventually(() => expect(server.streams).toHaveLength(4));
  expect(server.sent("/feed/1")).toHaveLength(1);
});

test("a request that could not be sent does not wait for an answer", async () => {
  const onAnswer = vi.fn();
  slotsOf(new URL("http://localhost:1"));
  const change = vi.spyOn(requestHook, "change").mockReturnValue(onAnswer);
  onTestFinished(() => change.mockRestore());
  const throws = (): never => {
    throw new TypeError("Not a URL.");
  };
  vi.stubGlobal("fetch", throws);
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createFaunaClient({
    endpoint: "http://localhost:1",
    getToken: async () => makeToken({ sub: "ada" }),
  });
  await expect(client.query(todos)).rejects.toThrow();
  expect(onAnswer).toHaveBeenCalled();
});
