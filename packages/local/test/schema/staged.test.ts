import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { ask } from "../../../../test/support/ask";

let fauna: LocalFauna;
beforeEach(async () => {
  fauna = await startLocalFauna();
});
afterEach(() => fauna.close());

async function send(path: string, fsl?: string, method = "POST"): Promise<Record<string, unknown>> {
  const form = new FormData();
  if (fsl !== undefined) form.set("main.fsl", new Blob([fsl]), "main.fsl");
  const answer = await fetch(`${fauna.url}/schema/1${path}`, {
    method,
    headers: { authorization: `Bearer ${fauna.secret}` },
    ...(method === "POST" ? { body: fsl === undefined ? "" : form } : {}),
  });
  return (await answer.json()) as Record<string, unknown>;
}
const query = async (text: string): Promise<unknown> => {
  const { data, error } = await ask(fauna, fauna.secret, text);
  return error ? error.code : data;
};
const file = async (more = ""): Promise<unknown> =>
  (await send(`/files/main.fsl${more}`, undefined, "GET"))["content"];

const BEFORE = `collection A {
  x: Int
}
collection Gone {}
function f() { 1 }
role r {
  privileges A { read }
}
`;
const AFTER = `collection A {
  x: Int
  y: Int?
  index byX { terms [.x] }
  migrations { add .y }
}
collection B {}
function f() { 2 }
role r {
  privileges A {
    read
    write
  }
}
`;

/** What texts show while the new schema is staged, and when it is committed or abandoned. */
const SHOWN: readonly (readonly [
  text: string,
  staged: unknown,
  after: unknown,
  before: unknown,
])[] = [
  ["Collection.all().map(.name).toArray()", ["A", "B"], ["A", "B"], ["A", "Gone"]],
  [`Collection.byName("B").exists()`, true, true, false],
  [`Collection.byName("Gone").exists()`, false, false, true],
  [`Object.keys(A.definition.fields!)`, ["x", "y"], ["x", "y"], ["x"]],
  [`Function.byName("f")!.body.includes("2")`, true, true, false],
  [
    `Object.keys(Role.byName("r")!.privileges[0]!.actions)`,
    ["read", "write"],
    ["read", "write"],
    ["read"],
  ],
  ["f()", 1, 2, 1],
  ["B.all().count()", "invalid_query", 0, "invalid_query"],
  ["Gone.all().count()", 1, "invalid_query", 1],
  ["A.byX(1).count()", "invalid_query", 1, "invalid_query"],
  ["A.create({ x: 2, y: 3 }).y", "invalid_query", 3, "invalid_query"],
];

beforeEach(async () => {
  await send("/update", BEFORE);
  await query("A.create({ x: 1 })");
  await query("Gone.create({})");
  await send("/update?staged=true", AFTER);
});

async function shown(): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const [text] of SHOWN) all.push([text, await query(text)]);
  return all;
}

test("documents of the schema say what is staged, and names, types, functions and indexes are as before", async () => {
  expect(await shown()).toEqual(SHOWN.map(([text, staged]) => [text, staged]));
  expect([await file(), await file("?staged=true")]).toEqual([BEFORE, AFTER]);
});

test("a commit makes the staged schema that in use", async () => {
  await send("/staged/commit");
  expect(await shown()).toEqual(SHOWN.map(([text, , after]) => [text, after]));
  expect(await file()).toBe(AFTER);
});

test("after an abandon all is as before", async () => {
  await send("/staged/abandon");
  expect(await shown()).toEqual(SHOWN.map(([text, , , before]) => [text, before]));
  expect([await file(), await file("?staged=true")]).toEqual([BEFORE, BEFORE]);
});

test("what FQL changes of a staged schema counts with its commit", async () => {
  await query(`Collection.create({ name: "C" })`);
  await query(`A.definition.update({ data: { mark: 1 } })`);
  expect(await query("C.all().count()")).toBe("invalid_query");
  expect(await file("?staged=true")).toBe(`${AFTER}\ncollection C {\n}\n`);
  await send("/staged/commit");
  expect(await query("[C.all().count(), A.definition.data!.mark]")).toEqual([0, 1]);
});

test("another staged schema changes what is different from that in use, and keeps the rest of the first", async () => {
  await send("/update?staged=true", BEFORE.replace("{ 1 }", "{ 3 }"));
  expect(await query("Collection.all().map(.name).toArray()")).toEqual(["A", "B"]);
  await send("/update", BEFORE.replace("{ 1 }", "{ 4 }"));
  expect(await query("f()")).toBe(1);
  await send("/staged/commit");
  expect(await query("f()")).toBe(4);
});

test("a staged schema is still there after a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "staged-"));
  try {
    await fauna.close();
    fauna = await startLocalFauna({ persist: join(folder, "log") });
    await send("/update", BEFORE);
    await send("/update?staged=true", AFTER);
    await fauna.close();
    fauna = await startLocalFauna({ persist: join(folder, "log") });
    expect(await query("f()")).toBe(1);
    await send("/staged/commit");
    await fauna.close();
    fauna = await startLocalFauna({ persist: join(folder, "log") });
    expect(await query("f()")).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
