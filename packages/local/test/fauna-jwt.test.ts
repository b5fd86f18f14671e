import { AuthenticationError, Client, fql, QueryRuntimeError, type Document } from "fauna";
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startIssuer, type TestIssuer } from "./support/issuer";

interface Todo {
  owner: string;
  title: string;
}
type StoredTodo = Document & Todo;

let issuer: TestIssuer;
let fauna: LocalFauna;
let clients: Client[];

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

beforeEach(async () => {
  clients = [];
  const mine = "d => d.owner == Query.token()!.sub";
  fauna = await startLocalFauna({
    seed: `Collection.create({ name: "Todo" })`,
    roles: [
      {
        name: "user",
        privileges: [
          {
            resource: "Todo",
            actions: {
              read: mine,
              create: mine,
              delete: mine,
              write: "(a, b) => a.owner == b.owner",
            },
          },
        ],
      },
    ],
    accessProviders: [
      { name: "Test", issuer: issuer.issuer, jwks_uri: issuer.jwksUri, roles: ["user"] },
    ],
  });
});
afterEach(async () => {
  for (const client of clients) client.close();
  await fauna.close();
});

function client(secret: string): Client {
  const made = new Client({ endpoint: new URL(fauna.url), secret, max_attempts: 1 });
  clients.push(made);
  return made;
}

async function clientOf(sub: string, claims: Record<string, unknown> = {}): Promise<Client> {
  return client(await issuer.sign({ sub, aud: fauna.audience, ...claims }));
}

const create = (owner: string, title: string): ReturnType<typeof fql> =>
  fql`Todo.create({ owner: ${owner}, title: ${title} })`;
const titles = fql`Todo.all().order(.title).map(.title).toArray()`;

test("a token of the provider may do what its role allows", async () => {
  const alice = await clientOf("alice");
  const { data: made } = await alice.query<StoredTodo>(create("alice", "one"));
  const changed = await alice.query<StoredTodo>(
    fql`Todo.byId(${made.id})!.update({ title: "two" })`,
  );
  expect(changed.data.title).toBe("two");
  await alice.query(fql`Todo.byId(${made.id})!.delete()`);
  expect((await alice.query(titles)).data).toEqual([]);
});

test("each user sees only what is theirs", async () => {
  const [alice, bob] = [await clientOf("alice"), await clientOf("bob")];
  await alice.query(create("alice", "a"));
  await bob.query(create("bob", "b"));
  expect((await alice.query(titles)).data).toEqual(["a"]);
  expect((await bob.query(titles)).data).toEqual(["b"]);
  expect((await client(fauna.secret).query(titles)).data).toEqual(["a", "b"]);
});

test("a document cannot be made for, or given to, another user", async () => {
  const alice = await clientOf("alice");
  const failure = await alice.query(create("bob", "x")).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(QueryRuntimeError);
  expect((failure as QueryRuntimeError).code).toBe("permission_denied");
  await alice.query(create("alice", "x"));
  const giving = fql`Todo.all().first()!.update({ owner: "bob" })`;
  await expect(alice.query(giving)).rejects.toMatchObject({ code: "permission_denied" });
});

test("a query knows the token's claims, and no identity", async () => {
  const alice = await clientOf("alice", { org: { id: "org_1" } });
  const { data } = await alice.query(fql`[Query.token()!.org.id, Query.identity()]`);
  expect(data).toEqual(["org_1", null]);
});

const REFUSED: [string, () => Promise<string>][] = [
  ["has another audience", () => issuer.sign({ sub: "a", aud: "https://db.fauna.com/db/other" })],
  ["has no audience", () => issuer.sign({ sub: "a" })],
  ["has expired", () => issuer.sign({ sub: "a", aud: fauna.audience }, -1)],
  ["is not valid yet", () => issuer.sign({ sub: "a", aud: fauna.audience, nbf: 4_000_000_000 })],
];
test.each(REFUSED)("a token that %s is refused", async (_name, token) => {
  const failure = client(await token()).query(fql`1`);
  await expect(failure).rejects.toBeInstanceOf(AuthenticationError);
});

test("a token of an unknown issuer is refused", async () => {
  const stranger = await startIssuer();
  const token = await stranger.sign({ sub: "a", aud: fauna.audience });
  await stranger.close();
  await expect(client(token).query(fql`1`)).rejects.toBeInstanceOf(AuthenticationError);
});

test("a role with a predicate is granted by the claims", async () => {
  const admin = client(fauna.secret);
  await admin.query(fql`Role.create({ name: "nothing", privileges: [] })`);
  await admin.query(fql`
    AccessProvider.byName("Test")!.update({
      roles: [{ role: "user", predicate: "jwt => jwt.plan == 'pro'" }]
    })`);
  const [free, pro] = [await clientOf("alice"), await clientOf("alice", { plan: "pro" })];
  await expect(free.query(fql`1`)).rejects.toBeInstanceOf(AuthenticationError);
  expect((await pro.query(fql`1`)).data).toBe(1);
});
