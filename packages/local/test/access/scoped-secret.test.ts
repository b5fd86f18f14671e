import { expect, test } from "vitest";
import { parseScopedSecret } from "../../src/access/scoped-secret";

test.each([
  ["fn1", { secret: "fn1", scope: null }],
  ["fn1:server", { secret: "fn1", scope: { path: [], builtin: "server" } }],
  ["fn1:server-readonly", { secret: "fn1", scope: { path: [], builtin: "server-readonly" } }],
  ["fn1:a/b:admin", { secret: "fn1", scope: { path: ["a", "b"], builtin: "admin" } }],
  ["fn1:@role/user", { secret: "fn1", scope: { path: [], role: "user" } }],
  ["fn1:a:@role/user", { secret: "fn1", scope: { path: ["a"], role: "user" } }],
  ["fn1:@doc/Todo/1", { secret: "fn1", scope: { path: [], document: "Todo/1" } }],
])("%s is a secret with its scope", (text, expected) => {
  expect(parseScopedSecret(text)).toEqual(expected);
});

test.each(["fn1:", "fn1:nosuch", "fn1:a:nosuch"])(
  "%s: a suffix that is no scope is ignored",
  (text) => {
    expect(parseScopedSecret(text)).toEqual({ secret: "fn1", scope: null });
  },
);

test.each(["", ":admin", "fn1/a", "fn1:adminx", "fn1:@role/a&b"])("%j is no secret", (text) => {
  expect(parseScopedSecret(text)).toBeNull();
});
