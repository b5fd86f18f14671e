import { expect, test } from "vitest";
import { parseFsl } from "../../src/schema/fsl-items";
import { CheckError } from "../../src/fql/errors";

function only(text: string): { kind: string; name: string; fields: object } {
  const [item, ...others] = parseFsl(text);
  expect(others).toEqual([]);
  return item!;
}

test("reads a collection with all that it may declare", () => {
  const { name, fields } = only(`
    collection Todo {
      title: String
      done: Boolean = false
      tags: { label: String }? // a remark
      *: Any
      compute upper: String = (doc => doc.title.toUpperCase())
      index byOwner {
        terms [.owner, mva(.tags)]
        values [desc(.n), .title]
      }
      unique [.title, .owner]
      check positive (doc => doc.n > 0)
      history_days 3
      ttl_days 10
    }`);
  expect(name).toBe("Todo");
  expect(fields).toEqual({
    fields: {
      title: { signature: "String" },
      done: { signature: "Boolean", default: "false" },
      tags: { signature: "{ label: String }?" },
    },
    wildcard: "Any",
    computed_fields: { upper: { body: "(doc) => doc.title.toUpperCase()", signature: "String" } },
    indexes: {
      byOwner: {
        terms: [
          { field: ".owner", mva: false },
          { field: ".tags", mva: true },
        ],
        values: [
          { field: ".n", order: "desc", mva: false },
          { field: ".title", order: "asc", mva: false },
        ],
      },
    },
    constraints: [
      {
        unique: [
          { field: ".title", mva: false },
          { field: ".owner", mva: false },
        ],
      },
      { check: { name: "positive", body: "(doc) => doc.n > 0" } },
    ],
    history_days: 3n,
    ttl_days: 10n,
  });
});

test("reads a function with its annotations", () => {
  expect(only(`@role(server) function add(a, b) { a + b }`)).toMatchObject({
    kind: "Function",
    name: "add",
    fields: { role: "server", body: "(a, b) => {\n  a + b\n}" },
  });
});

test("keeps the types of a function as its signature", () => {
  expect(only("function f(x: Int): Int { x }").fields).toMatchObject({
    signature: "(x: Int) => Int",
    body: "(x) => {\n  x\n}",
  });
});

test("reads a role with privileges and memberships", () => {
  const { fields } = only(`
    role user {
      privileges Todo {
        create
        read { predicate (d => d.owner == Query.token()!.sub) }
      }
      membership User
      membership Guest { predicate (g => g.active) }
    }`);
  expect(fields).toEqual({
    privileges: [
      {
        resource: "Todo",
        actions: { create: true, read: "(d) => d.owner == Query.token()!.sub" },
      },
    ],
    membership: [{ resource: "User" }, { resource: "Guest", predicate: "(g) => g.active" }],
  });
});

test("reads an access provider", () => {
  expect(
    only(`access provider Clerk {
      issuer "https://a.example"
      jwks_uri "https://a.example/jwks.json"
      role user
      role pro { predicate (jwt => jwt.plan == "pro") }
    }`),
  ).toMatchObject({
    kind: "AccessProvider",
    name: "Clerk",
    fields: {
      issuer: "https://a.example",
      jwks_uri: "https://a.example/jwks.json",
      roles: ["user", { role: "pro", predicate: '(jwt) => jwt.plan == "pro"' }],
    },
  });
});

test("tells where each item is, annotations included", () => {
  const text = "// first\ncollection A {}\n\n@role(server)\nfunction f() { 1 }\n";
  const places = parseFsl(text).map(({ start, end }) => text.slice(start, end));
  expect(places).toEqual(["collection A {}", "@role(server)\nfunction f() { 1 }"]);
});

test("is not misled by brackets in strings and comments", () => {
  const text = `function f() { "}" /* } */ } // {`;
  expect(parseFsl(text)).toHaveLength(1);
});

test.each([
  "collection",
  "collection {}",
  "collection A {",
  "nonsense A {}",
  "role r { nonsense }",
  "{",
])("refuses %j", (text) => {
  expect(() => parseFsl(text)).toThrow(CheckError);
});
