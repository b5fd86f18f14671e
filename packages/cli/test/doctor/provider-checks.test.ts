import { describe, expect, test } from "vitest";
import { unguardedClaims } from "../../src/doctor/checks/provider-checks";

describe("unguardedClaims", () => {
  const claimsOf = (read: boolean | string) =>
    unguardedClaims({ name: "user", privileges: [{ resource: "Todo", actions: { read } }] });

  test.each([
    "d => d.owner == Query.token()!.sub",
    "(d) => Query.token()?.sub == d.owner",
    "(d) => d.done != null && d.owner == Query.token().sub",
  ])("reports %s", (predicate) => {
    expect(claimsOf(predicate)).toEqual(["Todo.read (sub)"]);
  });

  test.each([
    "d => Query.token()?.sub != null && d.owner == Query.token()!.sub",
    "d => null != Query.token()?.sub && d.owner == Query.token()!.sub",
    "d => { let t = Query.token()!; d.public }",
    "d => d.owner != Query.token()!.sub",
    true,
  ])("accepts %s", (predicate) => {
    expect(claimsOf(predicate)).toEqual([]);
  });

  test("requires a guard for each claim", () => {
    const predicate =
      "d => Query.token()!.sub != null && d.owner == Query.token()!.sub && d.org == Query.token()!.org_id";
    expect(claimsOf(predicate)).toEqual(["Todo.read (org_id)"]);
  });

  test("handles a single privilege, none, and a missing role", () => {
    const privileges = { resource: "Todo", actions: { delete: "d => d.a == Query.token()!.b" } };
    expect(unguardedClaims({ name: "user", privileges })).toEqual(["Todo.delete (b)"]);
    expect(unguardedClaims({ name: "user" })).toEqual([]);
    expect(unguardedClaims(undefined)).toEqual([]);
  });
});
