import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startLocalFauna } from "fauna-clerk/local";
import { expect, onTestFinished, test } from "vitest";
import { ADMIN_KEY, ask, CHILD, startServers } from "../support/cli-servers";
import { runCli, temporaryFolder } from "../support/run-cli";

const ROLES = ["--role", "user", "--role", 'editor=jwt => jwt.role == "editor"'];
const ARGS = ["init", "--collection", "Todo", ...ROLES, "--fsl", "schema.fsl"];

const SCHEMA = `{
  roles: Role.all().toArray().map(role => { name: role.name, privileges: role.privileges }),
  providers: AccessProvider.all().toArray().map(p => {
    name: p.name, issuer: p.issuer, jwks_uri: p.jwks_uri, roles: p.roles
  }),
  collections: Collection.all().map(.name).toArray()
}`;

/** What a new database has after an update with a schema file. */
async function schemaFrom(file: string): Promise<unknown> {
  const fauna = await startLocalFauna({ secret: ADMIN_KEY });
  onTestFinished(() => fauna.close());
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const { version } = (await (
    await fetch(`${fauna.url}/schema/1/files`, { headers })
  ).json()) as any;
  const body = new FormData();
  body.append("schema.fsl", new Blob([await readFile(file, "utf8")]), "schema.fsl");
  const update = `${fauna.url}/schema/1/update?version=${version}`;
  const response = await fetch(update, { method: "POST", headers, body });
  expect(await response.json()).not.toHaveProperty("error");
  return (await ask(fauna, ADMIN_KEY, SCHEMA)).data;
}

test("the file says what the database has", async () => {
  const { env, fauna } = await startServers();
  const cwd = await temporaryFolder();
  await runCli(ARGS, { cwd, env });
  const stored = (await ask(fauna, CHILD, SCHEMA)).data;
  const fromFile = await schemaFrom(join(cwd, "schema.fsl"));
  expect(plain(fromFile)).toEqual(plain(stored));
});

test("keeps what others wrote, and adds what is missing", async () => {
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
  expect(await schemaFrom(file)).toMatchObject({ collections: ["Todo", "Note"] });
});

test("sends nothing to the schema endpoints", async () => {
  const { env, fauna } = await startServers();
  await runCli(ARGS, { env });
  expect(new Set(fauna.requests.map(({ path }) => path))).toEqual(new Set(["/query/1"]));
});

/** Predicates come back printed anew. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/\((\w+)\) =>/g, "$1 =>")
      .replaceAll(/\s+/g, " "),
  );
}
