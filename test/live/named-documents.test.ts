import { startLocalFauna } from "@fauna-clerk/local";
import { fql, type QueryValue } from "fauna";
import { createFaunaClient, type FaunaLiveUpdate, subscribeFauna } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { ask } from "../support/ask";
import { eventually } from "../support/eventually";

/** Follows a query of a document until it is live or off, and tells which. */
async function follow(text: string, on?: string): Promise<string> {
  const fauna = await startLocalFauna();
  onTestFinished(() => fauna.close());
  for (const text of [
    `Collection.create({ name: "Todo" }); Collection.create({ name: "Owner" })`,
    `Owner.create({ id: "5", name: "ada" })`,
    `Todo.create({ id: "1", title: "one", owner: Owner("5"), at: { city: "Oslo", of: Owner("5") } })`,
  ])
    expect((await ask(fauna, fauna.secret, text)).status).toBe(200);
  const client = createFaunaClient({
    endpoint: fauna.url,
    userId: "ada",
    getToken: async () => fauna.secret,
  });
  let update: FaunaLiveUpdate<QueryValue> | undefined;
  const options = { on: on === undefined ? undefined : fql([on]) };
  const query = fql<QueryValue>([text]);
  onTestFinished(subscribeFauna(client, query, (next) => void (update = next), options));
  await eventually(() => expect(["live", "off"]).toContain(update?.live));
  const { code } = Object(update?.liveInfo.error) as { code?: string };
  return code ?? update?.live ?? "";
}

test.each([
  `Todo.byId("1")!`,
  `Todo.byId("9") ?? null`,
  `Todo.byId("1")!.title`,
  `Todo.byId("1")!.title.length`,
  `Todo.byId("1")?.at.city`,
  `Todo.byId("1")!.at`,
  `Todo.byId("9")?.owner?.name`,
])("what a document says is live: %s", async (query) => {
  expect(await follow(query)).toBe("live");
});

test.each([
  `Todo.byId("1")!.owner!`,
  `Todo.byId("1")!.owner!.name`,
  `Todo.byId("1")!.owner { name }`,
  `Todo.byId("1")?.at.of`,
])("what it leads to is not, since its changes would go unnoticed: %s", async (query) => {
  expect(await follow(query)).toBe("not_streamable");
  expect(await follow(query, `Owner.all()`)).toBe("live");
  expect(await follow(`1`, query)).toBe("not_streamable");
});
