// Regular expressions: what takes for ever is stopped, and what Java cannot replace is its fault.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna();
});
afterAll(() => fauna.close());

const text = `${"a".repeat(40)}!`;
const pattern = "(a+)+$";

test.each<[string, object]>([
  ["finding", { findstrregex: text, pattern }],
  ["looking for", { containsstrregex: text, pattern }],
  ["replacing", { replacestrregex: text, pattern, replace: "" }],
])("%s a pattern that never ends is a time-out", async (_what, expression) => {
  const { status, errors } = await askV4(fauna, expression, { timeout: 100 });
  expect([status, errors[0]?.code]).toStrictEqual([503, "time out"]);
});

test.each([
  ["$", "java.lang.IllegalArgumentException: Illegal group reference: group index is missing"],
  ["$x", "java.lang.IllegalArgumentException: Illegal group reference"],
  ["$2", "java.lang.IndexOutOfBoundsException: No group 2"],
  ["${n}", "java.lang.IllegalArgumentException: No group with name {n}"],
  ["\\", "java.lang.IllegalArgumentException: character to be escaped is missing"],
])(
  "a replacement by %s fails as in Java, where there is something to replace",
  async (replace, fault) => {
    const { status, errors } = await askV4(fauna, { replacestrregex: "ab", pattern: "a", replace });
    expect([status, errors[0]?.description.startsWith(fault)]).toStrictEqual([500, true]);
    const { resource } = await askV4(fauna, { replacestrregex: "b", pattern: "a", replace });
    expect(resource).toBe("b");
  },
);
