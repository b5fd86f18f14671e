// Functions that FQL v4 gives a role, and how FQL v10 calls functions of FQL v4.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
const read = { select: ["data", "s"], from: { get: { ref: { collection: "Secret" }, id: "1" } } };
const fn = (name: string, lambda: unknown, expr: unknown, more = {}): Promise<unknown> =>
  askV4(fauna, {
    create_function: { object: { name, body: { query: { lambda, expr } }, ...more } },
  });
const call = (name: string): Promise<{ status: number; resource: unknown }> =>
  askV4(fauna, { call: { function: name }, arguments: 1 });

/** The summary of an answer of FQL v10, empty if all went well. */
async function inV10(query: string): Promise<string> {
  const answer = await fetch(`${fauna.url}/query/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { summary } = (await answer.json()) as { summary: string };
  return summary;
}

beforeEach(async () => {
  fauna = await startLocalFauna({
    seed: [`Collection.create({ name: "Secret" })`, `Secret.create({ id: "1", s: 42 })`],
  });
  const actions = { object: { read: true } };
  await askV4(fauna, {
    create_role: {
      object: {
        name: "reader",
        privileges: [{ object: { resource: { collection: "Secret" }, actions } }],
      },
    },
  });
  await askV4(fauna, { create_role: { object: { name: "nobody", privileges: [] } } });
});
afterEach(() => fauna.close());

test("a function keeps its role as it was given: a reference, a list or a name", async () => {
  for (const role of [
    { role: "reader" },
    "reader",
    "admin",
    [{ role: "nobody" }, { role: "reader" }],
  ]) {
    await fn("f", "_", read, { role });
    expect((await call("f")).resource).toBe(42);
    const { resource } = await askV4(fauna, { select: "role", from: { get: { function: "f" } } });
    const isText = typeof role === "string";
    expect(typeof resource).toBe(isText ? "string" : "object");
    await askV4(fauna, { delete: { function: "f" } });
  }
});

test("a role that is renamed is still that of the functions that refer to it", async () => {
  await fn("by_ref", "_", read, { role: { role: "reader" } });
  await fn("by_name", "_", read, { role: "reader" });
  await askV4(fauna, { update: { role: "reader" }, params: { object: { name: "r2" } } });
  expect((await call("by_ref")).resource).toBe(42);
  expect((await call("by_name")).status).toBe(400);
});

test("a function whose role is deleted may do nothing", async () => {
  await fn("f", "_", read, { role: { role: "reader" } });
  await askV4(fauna, { delete: { role: "reader" } });
  expect((await call("f")).status).toBe(400);
});

test("a role is not deleted by FQL v10 as long as a function refers to it", async () => {
  await fn("f", "_", read, { role: [{ role: "reader" }] });
  expect(await inV10(`Role.byName("reader")!.delete()`)).toContain("The function `f` refers");
});

test.each([
  ["two", ["a", "b"], 2],
  ["one", "a", 1],
  ["list", ["a"], 1],
  ["none", [], 0],
])(
  "FQL v10 calls `%s` of FQL v4 with as many arguments as it takes",
  async (name, lambda, count) => {
    await fn(name, lambda, 1);
    for (const given of [0, 1, 2, 3]) {
      const args = Array.from({ length: given }, (_, i) => i).join();
      const summary = await inV10(`${name}(${args})`);
      if (given === count) expect(summary).toBe("");
      else expect(summary).toContain("callee function expects");
    }
  },
);
