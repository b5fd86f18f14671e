import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";

let fauna: LocalFauna;

beforeEach(async () => {
  fauna = await startLocalFauna();
});
afterEach(() => fauna.close());

interface Answer {
  status: number;
  body: {
    version?: number;
    content?: string;
    files?: unknown;
    diff?: string;
    error?: { message: string };
  };
}

async function send(
  path: string,
  files?: Record<string, string>,
  secret = fauna.secret,
  method = files ? "POST" : "GET",
): Promise<Answer> {
  const form = new FormData();
  for (const [name, text] of Object.entries(files ?? {})) form.set(name, new Blob([text]), name);
  const answer = await fetch(`${fauna.url}/schema/1${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}` },
    ...(files ? { body: form } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Answer["body"] };
}

const query = async (text: string): Promise<unknown> => (await ask(fauna, fauna.secret, text)).data;

const SCHEMA = {
  "main.fsl": "collection Todo {}\n",
  "access.fsl": `
role user { privileges Todo { read } }
access provider P {
  issuer "https://p.example"
  jwks_uri "https://p.example/jwks"
  role user
}
function twice(x) { x * 2 }
`,
};

test("an update makes the database what the files say", async () => {
  expect((await send("/update", SCHEMA)).status).toBe(200);
  expect(await query("twice(21)")).toBe(42);
  expect(await query(`AccessProvider.byName("P")!.roles`)).toEqual(["user"]);
  await send("/update", { "main.fsl": "collection Todo {}\ncollection More {}\n" });
  expect(await query("Collection.all().map(.name).toArray()")).toEqual(["Todo", "More"]);
  expect(await query("Role.all().count() + Function.all().count()")).toBe(0);
});

test("an update keeps the documents of a collection that stays", async () => {
  await send("/update", SCHEMA);
  await query(`Todo.create({ id: "1" })`);
  await send("/update", {
    ...SCHEMA,
    "main.fsl": "collection Todo {\n  index byTitle { terms [.title] }\n}\n",
  });
  expect(await query(`Todo.byId("1").exists()`)).toBe(true);
  expect(await query(`Todo.byTitle("x").count()`)).toBe(0);
});

test("without override the files come beside those that are there", async () => {
  await send("/update", SCHEMA);
  await send("/update?override=false", { "more.fsl": "collection More {}" });
  expect(await query("Collection.all().count()")).toBe(2);
});

test("an update that is not accepted changes nothing", async () => {
  await send("/update", SCHEMA);
  const answer = await send("/update", {
    "main.fsl": "collection New {}\nrole r { privileges Nope { read } }",
  });
  expect(answer.status).toBe(400);
  expect(answer.body.error?.message).toContain("Nope");
  expect(await query("Collection.all().map(.name).toArray()")).toEqual(["Todo"]);
  expect((await send("/files/main.fsl")).body.content).toBe("collection Todo {}\n");
});

test.each([
  ["collection A { name: Strin }", "Strin", 22],
  ["role r { privileges Nope { read } }", "Nope", 21],
  ["function f() { nope }", "nope", 16],
])("shows where a file is wrong: %s", async (text, name, column) => {
  const { body } = await send("/update", {
    "first.fsl": "",
    "more.fsl": `collection B {}\n${text}`,
  });
  expect(body.error?.message).toContain(`\`${name}\``);
  expect(body.error?.message).toContain(`at more.fsl:2:${column}\n`);
});

test("gives back the files as they came", async () => {
  await send("/update", SCHEMA);
  expect((await send("/files")).body.files).toEqual([
    { filename: "main.fsl" },
    { filename: "access.fsl" },
  ]);
  expect((await send("/files/access.fsl")).body.content).toBe(SCHEMA["access.fsl"]);
});

test("writes what FQL has changed since into the main file", async () => {
  await send("/update", SCHEMA);
  await query(`Collection.create({ name: "FromFql", history_days: 2 })`);
  expect((await send("/files/main.fsl")).body.content).toContain(
    "collection FromFql {\n  history_days 2\n}",
  );
});

test("a stale version is refused unless it is forced", async () => {
  const { body } = await send("/update", SCHEMA);
  await send("/update", { "main.fsl": "collection Other {}" });
  const stale = await send(`/update?version=${body.version}`, SCHEMA);
  expect([stale.status, stale.body.error?.message]).toEqual([409, "Stale schema version provided"]);
  expect((await send(`/update?version=${body.version}&force=true`, SCHEMA)).status).toBe(200);
});

test("validate says what would change and changes nothing", async () => {
  await send("/update", { "main.fsl": "collection A {}\ncollection B {}" });
  const { body } = await send("/validate", {
    "main.fsl": "collection B {\n  history_days 1\n}\ncollection C {}",
  });
  expect(body.diff).toBe(
    "* Adding collection `C` to main.fsl:4:1\n\n" +
      "* Removing collection `A` from main.fsl:1:1\n\n" +
      "* Modifying collection `B` at main.fsl:1:1:\n" +
      "  * Configuration:\n" +
      "  + add history_days set to 1\n\n",
  );
  expect(await query("Collection.all().map(.name).toArray()")).toEqual(["A", "B"]);
});

test("a staged schema holds only when it is committed", async () => {
  await send("/update?staged=true", SCHEMA);
  expect(await query("Todo.all().count()")).toBeUndefined();
  await send("/staged/commit", {});
  expect(await query("Todo.all().count()")).toBe(0);
  await send("/update?staged=true", {});
  await send("/staged/abandon", {});
  expect((await send("/staged/commit", {})).status).toBe(400);
});

test("the schema is for keys with a built-in role, and to change it for admins", async () => {
  await send("/update", SCHEMA);
  const server = (await query(`Key.create({ role: "server" }).secret`)) as string;
  const user = (await query(`Key.create({ role: "user" }).secret`)) as string;
  expect((await send("/files", undefined, server)).status).toBe(200);
  expect((await send("/update", SCHEMA, server)).status).toBe(403);
  expect((await send("/files", undefined, user)).body.error?.message).toBe("Access denied");
  expect((await send("/files", undefined, "nobody")).body.error?.message).toBe(
    "Access token required",
  );
});

test("paths and methods that are not there have the endpoint's own errors", async () => {
  expect(await send("/nope")).toMatchObject({
    status: 404,
    body: { error: { message: "Not found" } },
  });
  expect((await send("/files", {}, fauna.secret, "POST")).status).toBe(405);
});

test.each(["/update", "/update?staged=true", "/validate"])(
  "%s refuses what is not typed",
  async (path) => {
    const { status, body } = await send(path, {
      "a.fsl": "collection A {\n  n: Int\n  check positive (a => a.m > 0)\n}",
    });
    expect(status).toBe(400);
    expect(body.error?.message).toMatch(/ does not have field `m`\nat a.fsl:3:26\n/);
    expect(await query("Collection.all().count()")).toBe(0);
  },
);

test("FQL is refused what leaves the schema wrong, at its last write", async () => {
  const refused = await ask(
    fauna,
    fauna.secret,
    `Function.create({ name: "f", body: "x => g(x)" })\nRole.create({ name: "r" })\n1`,
  );
  expect(refused.error).toMatchObject({ code: "invalid_schema" });
  expect(refused.summary).toContain("Unbound variable `g`");
  expect(refused.summary).toContain("at *query*:2:12\n");
  expect(await query("Function.all().count() + Role.all().count()")).toBe(0);
});

test("FQL may make functions that need each other in one query", async () => {
  await query(
    `Function.create({ name: "f", body: "x => g(x)" })\nFunction.create({ name: "g", body: "x => x + 1" })\n1`,
  );
  expect(await query("f(1)")).toBe(2);
});

test("what FQL deletes or changes is changed in the files as they are written", async () => {
  await send("/update", {
    "main.fsl": "// first\ncollection A {} // in\n\nrole r {\n  membership A\n}\n",
    "more.fsl": "function f(n: Int): Number { n + 1 }\ncollection B {}\n",
  });
  await query(`Role.byName("r")!.delete()\nCollection.byName("B")!.update({ history_days: 2 })\n1`);
  expect((await send("/files/main.fsl")).body.content).toBe("// first\ncollection A {} // in\n");
  expect((await send("/files/more.fsl")).body.content).toBe(
    "function f(n: Int): Number { n + 1 }\ncollection B {\n  history_days 2\n}\n",
  );
});

test("a change by FQL leaves in its file what it does not change", async () => {
  await send("/update", {
    "main.fsl": `// head
collection A {
  a: Int // why
  index byA { terms [.a] }
}
/** doc */
function f(x) { x }
role r {
  privileges A { read }
  membership A { predicate (a => a.a > 1) }
}
`,
  });
  await query(
    `Collection.byName("A")!.update({ indexes: { byA: { terms: [{ field: ".a" }] }, byB: { terms: [{ field: ".a", mva: true }] } } })`,
  );
  await query(`Function.byName("f")!.update({ body: "x => x + 1" })`);
  await query(`Role.byName("r")!.update({ membership: [] })`);
  expect((await send("/files/main.fsl")).body.content).toBe(`// head
collection A {
  a: Int // why
  index byA { terms [.a] }
  index byB {
    terms [mva(.a)]
  }
}
/** doc */
function f(x) {
  x + 1
}
role r {
  privileges A { read }
}
`);
});

test("what FQL renames goes from its file and comes back at the end of the main one", async () => {
  await send("/update", {
    "main.fsl": `role r {
  privileges A { read }
  membership A { predicate (a => true) }
}`,
    "a.fsl": "// head\ncollection A {}\n\nfunction f() { 1 }\n",
  });
  expect(await query(`Collection.byName("A")!.update({ name: "B" }).name`)).toBe("B");
  expect((await send("/files/a.fsl")).body.content).toBe("\n\nfunction f() { 1 }\n");
  expect((await send("/files/main.fsl")).body.content).toContain("\ncollection B {\n");
  expect(await query(`Role.byName("r")!.privileges.map(.resource)`)).toEqual(["B"]);
  expect(await query(`Role.byName("r")!.membership.map(.resource)`)).toEqual(["B"]);
});

test("no field has a default inside of what may be null", async () => {
  const { status, body } = await send("/update", {
    "main.fsl": "collection A {\n  a: { b: Int = 3 }?\n}",
  });
  expect(status).toBe(400);
  expect(body.error?.message).toMatch(
    /^error: Default values are not allowed here\nat main.fsl:2:17\n.*hint: Parent is nullable/s,
  );
});

test("an item has its name in one file only", async () => {
  const { body } = await send("/update", {
    "main.fsl": "collection A {}",
    "other.fsl": "function A() { 1 }",
  });
  expect(body.error?.message).toBe(
    "Duplicate collection or function `A` in other.fsl (originally seen in main.fsl)",
  );
});

test("an alias is no name of an item in another file", async () => {
  const { body } = await send("/update", {
    "main.fsl": "@alias(B) collection A {}",
    "other.fsl": "function B() { 1 }",
  });
  expect(body.error?.message).toBe(
    "Failed to create Function.\nconstraint failures:\n  name: A Collection already exists with the alias `B`",
  );
});

test.each([
  ["semantic", "  ~ change body"],
  ["summary", "* Modifying function `f`"],
])("a diff is shown as %s", async (format, part) => {
  await send("/update", { "main.fsl": "function f() { 1 }" });
  const { body } = await send(`/diff?diff=${format}`, { "main.fsl": "function f() { 2 }" });
  expect(body.diff).toContain(part);
});

test("what FQL defines is written in the order in which the server's maps list it", async () => {
  const names = "f g h k s tags o b".split(" ");
  const fields = names.map((name) => `${name}: { signature: "Any" }`).join(", ");
  await query(`Collection.create({ name: "A", fields: { ${fields} } })`);
  const { content = "" } = (await send("/files/main.fsl")).body;
  const found = [...content.matchAll(/^ {2}(\w+): Any$/gm)].map(([, name]) => name);
  expect(found).toEqual("s tags f b g h k o".split(" "));
});
