import { expect, test } from "vitest";
import { parseAuthorization } from "../../src/access/authorization";

test.each([
  ["Bearer abc", { kind: "secret", text: "abc" }],
  ["Bearer   abc", { kind: "secret", text: "abc" }],
  ["Bearer abc ", { kind: "secret", text: "abc" }],
  ["Bearer eyJ.b.c", { kind: "jwt", token: "eyJ.b.c" }],
  ["Bearer eyJ", { kind: "secret", text: "eyJ" }],
  ["Bearer a.b.c", { kind: "secret", text: "a.b.c" }],
  [`Basic ${btoa("abc:")}`, { kind: "secret", text: "abc" }],
])("%j is taken as %j", (header, expected) => {
  expect(parseAuthorization(header)).toEqual(expected);
});

test.each([
  undefined,
  "",
  " ",
  "Bearer",
  "Bearer ",
  "bearer abc",
  "BEARER abc",
  "Token abc",
  "abc",
  "Digest x",
])("%j holds nothing", (header) => {
  expect(parseAuthorization(header)).toBeNull();
});
