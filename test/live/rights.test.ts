// @vitest-environment jsdom
import { type Document, Page } from "fauna";
import type { FaunaLiveSettings } from "fauna-clerk";
import { beforeEach, expect, onTestFinished, test } from "vitest";

import { type FastClock, startFastClock } from "../support/live-clock";
import { type Follower, followLive } from "../support/live-follower";
import { restorePage, sayOnline } from "../support/live-page";
import { collectionOf, type LiveServers, startLiveServers } from "../support/live-servers";

const NAME = collectionOf(0);

let servers: LiveServers;
let clock: FastClock;

beforeEach(async () => {
  servers = await startLiveServers(1, { record: true });
  onTestFinished(() => servers.close());
  clock = startFastClock();
  restorePage();
  // Of these Ada may read the first and the last.
  const documents = `[1, "bob", true], [2, "bob", false], [3, "ada", false]`;
  const create = `${NAME}.create({ id: d[0], owner: d[1], shared: d[2] })`;
  await servers.write(`[${documents}].forEach(d => { let d: Any = d\n ${create} })`);
});

const follow = (live: FaunaLiveSettings = {}): Promise<Follower> =>
  followLive(servers, clock, `${NAME}.all()`, { user: "ada", live });

const idsOf = ({ latest }: Follower): string[] | undefined =>
  latest?.data instanceof Page
    ? latest.data.data.map((row) => (row as unknown as Document).id)
    : undefined;

const cut = (): void => {
  for (const stream of servers.fauna.streams) stream.drop();
};

/** What others do to a document; Ada is asked nothing and told nothing but the event. */
const update = (id: number, fields: string): Promise<unknown> =>
  servers.write(`${NAME}.byId("${id}")!.update({ ${fields} })`);

test.each([
  ["over a stream", {}, () => {}],
  ["over a stream that is cut meanwhile", {}, cut],
  ["over a feed", { transport: "feed", pollInterval: 1000 }, () => {}],
] as const)(
  "rows come and go as others change who may read them, %s",
  async (_how, live, disturb) => {
    const ada = await follow(live);
    expect(idsOf(ada)).toEqual(["1", "3"]);
    disturb();
    await update(1, "shared: false");
    await update(2, "shared: true");
    await update(3, 'owner: "bob"');
    await ada.agrees();
    expect(idsOf(ada)).toEqual(["2"]);
    disturb();
    // There and back, so that only the last of the events counts.
    await update(1, "shared: true");
    await update(1, "shared: false");
    await update(1, 'owner: "ada"');
    await update(2, "shared: false");
    await update(2, "shared: true");
    await ada.agrees();
    expect(idsOf(ada)).toEqual(["1", "2"]);
    expect(ada.asked.filter((path) => path === "/query/1")).toHaveLength(1);
  },
);

test.each([
  ["while it is live", () => {}],
  ["while its stream is cut", cut],
])("a role that loses all privileges %s shows the query's own error", async (_how, disturb) => {
  const ada = await follow();
  disturb();
  await servers.write(`Role.byName("user")!.update({ privileges: [] })`);
  // The first change afterwards is swallowed, and the second told as the loss.
  await update(3, "n: 1");
  await update(3, "n: 2");
  await ada.is("off");
  expect(ada.latest?.error).toMatchObject({ code: "permission_denied" });
});

const grant = (roles: string): Promise<unknown> =>
  servers.write(`AccessProvider.byName("Test")!.update({ roles: ${roles} })`);

test("a user who loses all roles is off with the error, and live again after regaining them and going online", async () => {
  const ada = await follow();
  await grant("[]");
  cut();
  await ada.is("off");
  expect(ada.latest?.error).toMatchObject({ code: "unauthorized" });
  await grant('["user"]');
  await update(1, "shared: false");
  sayOnline(false);
  sayOnline(true);
  await ada.agrees();
  expect(ada.latest?.error).toBeNull();
});

/** What users may read from now on. */
const allow = (read: string): Promise<unknown> =>
  servers.write(
    `Role.byName("user")!.update({ privileges: [{ resource: "${NAME}", actions: { read: ${JSON.stringify(read)} } }] })`,
  );

test.each([
  ["narrowed", "d => d.owner == Query.token()!.sub"],
  ["widened", "d => true"],
])("rows of a role that is %s while it is live are those of a fresh query", async (_how, read) => {
  const ada = await follow();
  await allow(read);
  // The first change afterwards is swallowed, and the second told as the loss.
  await update(3, "n: 1");
  await update(3, "n: 2");
  await ada.agrees();
});

test.each([
  ["a stream", {}],
  ["a feed", { transport: "feed", pollInterval: 1000 }],
] as const)(
  "rows that depend on a claim follow the new token's claims after a renewal, over %s",
  async (_how, live) => {
    await allow("d => d.owner == Query.token()!.team");
    const claims = { team: "bob" };
    const options = { user: "ada", lifetime: 5, claims, live };
    const ada = await followLive(servers, clock, `${NAME}.all()`, options);
    expect(idsOf(ada)).toEqual(["1", "2"]);
    claims.team = "ada";
    await clock.pass(10_000);
    await ada.agrees();
    expect(idsOf(ada)).toEqual(["3"]);
  },
);

test("renewals with the same claims cause no new snapshot", async () => {
  const ada = await followLive(servers, clock, `${NAME}.all()`, { user: "ada", lifetime: 5 });
  await clock.pass(20_000);
  expect(ada.asked.filter((path) => path === "/query/1")).toHaveLength(1);
});

test("a status after the token has expired does not skip changes that the server withheld", async () => {
  const ada = await followLive(servers, clock, `${NAME}.all()`, { user: "ada", lifetime: 5 });
  clock.sleep(10_000);
  await update(1, "shared: false");
  for (const stream of servers.fauna.streams) stream.status();
  await ada.agrees();
});
