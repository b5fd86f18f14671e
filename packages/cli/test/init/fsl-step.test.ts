import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LocalFauna, startLocalFauna } from "@fauna-clerk/local";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { ADMIN_KEY, CHILD, startServers } from "../support/cli-servers";
import { runCli, temporaryFolder } from "../support/run-cli";

const ROLES = ["--role", "user", "--role", 'editor=jwt => jwt.role == "editor"'];
const ARGS = ["init", "--collection", "Todo", ...ROLES, "--fsl", "schema.fsl"];

const SCHEMA = `{
  roles: Role.all().order(.name).toArray().map(role => { name: role.name, privileges: role.privileges }),
  providers: AccessProvider.all().toArray().map(p => {
    name: p.name, issuer: p.issuer, jwks_uri: p.jwks_uri, roles: p.roles
  }),
  collections: Collection.all().order(.name).map(.name).toArray()
}`;

/** The schema of a new database after an update with a schema file. */
async function schemaFrom(file: string): Promise<unknown> {
  const fauna = await startLocalFauna({ secret: ADMIN_KEY });
  onTestFinished(() => fauna.close());
  await sendFile(fauna, file);
  return (await ask(fauna, ADMIN_KEY, SCHEMA)).data;
}

async function sendFile(fauna: LocalFauna, file: string): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const { version } = (await (
    await fetch(`${fauna.url}/schema/1/files`, { headers })
  ).json()) as any;
  const body = new FormData();
  body.append("schema.fsl", new Blob([await readFile(file, "utf8")]), "schema.fsl");
  const update = `${fauna.url}/schema/1/update?version=${version}`;
  const response = await fetch(update, { method: "POST", headers, body });
  expect(await response.json()).not.toHaveProperty("error");
}

test("the file describes the database", async () => {
  const { env, fauna } = await startServers();
  const cwd = await temporaryFolder();
  await runCli(ARGS, { cwd, env });
  const stored = (await ask(fauna, CHILD, SCHEMA)).data;
  const fromFile = await schemaFrom(join(cwd, "schema.fsl"));
  expect(plain(fromFile)).toEqual(plain(stored));
});

test("keeps existing items, and adds missing ones", async () => {
  const { env, clerk } = await startServers();
  const cwd = await temporaryFolder();
  const file = join(cwd, "schema.fsl");
  await writeFile(
    file,
    `// mine {
collection Todo {
  index byOwner { terms [.owner] } // "}"
}
role user {
  privileges Note {
    read
  }
}
access provider Clerk {
  issuer "https://old.example.com"
  jwks_uri "https://old.example.com/jwks"
  role user
}
collection Note {
}
`,
  );
  await runCli(ARGS, { cwd, env });
  const text = await readFile(file, "utf8");
  expect(text).toContain(
    `// mine {\ncollection Todo {\n  index byOwner { terms [.owner] } // "}"\n}\n`,
  );
  expect(text).toMatch(
    /role user \{\n {2}privileges Note \{\n {4}read\n {2}\}\n {2}privileges Todo \{/,
  );
  expect(text).toMatch(/^role editor \{\n\}/m);
  expect(text).toContain(`issuer "${clerk.issuer}"`);
  expect(text).not.toContain("old.example.com");
  expect(await schemaFrom(file)).toMatchObject({ collections: ["Note", "Todo"] });
});

test("only reads from the schema endpoints", async () => {
  const { env, fauna } = await startServers();
  await runCli(ARGS, { env });
  const schema = fauna.requests.filter(({ path }) => path !== "/query/1");
  expect(schema.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /schema/1/files",
    "GET /schema/1/files/main.fsl",
  ]);
});

const MORE = `Collection.create({
  name: "Todo",
  fields: { owner: { signature: "String?" } },
  indexes: { byOwner: { terms: [{ field: ".owner" }] } }
})
Collection.create({ name: "Other" })
Function.create({ name: "twice", body: "(x) => { let y = [x * 2]; y[0] }" })
Role.create({
  name: "user",
  privileges: [
    { resource: "Todo", actions: { read: true } },
    { resource: "twice", actions: { call: true } }
  ]
})`;

test("a new file has the whole schema, so that sending it deletes nothing", async () => {
  const { env, fauna } = await startServers({ root: false });
  for (const query of MORE.split(/\n(?=[A-Z])/)) await ask(fauna, ADMIN_KEY, query);
  const cwd = await temporaryFolder();
  const args = ["init", "--collection", "Note", "--fsl", "new.fsl"];
  const { stdout } = await runCli(args, { cwd, env });
  expect(stdout).toMatch(/new\.fsl: created\n( {4}.+\n)* {4}collection Other\n {4}/);
  const everything = `[${SCHEMA}, twice(3), Todo.byOwner("x").count()]`;
  const stored = (await ask(fauna, ADMIN_KEY, everything)).data;
  const fresh = await startLocalFauna({ secret: ADMIN_KEY });
  onTestFinished(() => fresh.close());
  await sendFile(fresh, join(cwd, "new.fsl"));
  expect(plain((await ask(fresh, ADMIN_KEY, everything)).data)).toEqual(plain(stored));
});

test("an existing file gets what its role needs, and a note about the rest of the database", async () => {
  const { env, fauna } = await startServers({ root: false });
  for (const query of MORE.split(/\n(?=[A-Z])/)) await ask(fauna, ADMIN_KEY, query);
  const cwd = await temporaryFolder();
  const file = join(cwd, "schema.fsl");
  await writeFile(file, "collection Note {\n}\n");
  const args = ["init", "--collection", "Note", "--fsl", "schema.fsl"];
  const note = "Sending only this file would delete: collection Other\n";
  expect((await runCli(args, { cwd, env })).stdout).toContain(note);
  const text = await readFile(file, "utf8");
  expect(text).toMatch(/^collection Todo \{[^}]*index byOwner/m);
  expect(text).toMatch(/^function twice/m);
  expect(await schemaFrom(file)).toMatchObject({ collections: ["Note", "Todo"] });
  const again = await runCli(args, { cwd, env });
  expect(again.stdout).toContain("✓ schema.fsl: unchanged");
  expect(again.stdout).toContain(note);
});

test("without an admin key, the file warns that it may be incomplete", async () => {
  const { env } = await startServers();
  const { FAUNA_ADMIN_KEY: _, ...without } = env;
  const cwd = await temporaryFolder();
  const { stdout } = await runCli(ARGS, { cwd, env: without });
  const text = "Without FAUNA_ADMIN_KEY, anything else that the database has is missing here.";
  expect(stdout).toContain(text);
  expect(await readFile(join(cwd, "schema.fsl"), "utf8")).toContain(`// ${text}\n`);
});

/** Ignores the format of predicates, which Fauna changes. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/\((\w+)\) =>/g, "$1 =>")
      .replaceAll(/\s+/g, " "),
  );
}
