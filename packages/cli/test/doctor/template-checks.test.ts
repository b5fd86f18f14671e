import { describe, expect, test } from "vitest";
import { similarNames } from "../../src/doctor/checks/template-checks";

describe("similarNames", () => {
  test.each([
    ["Fauna", "capitals"],
    ["FAUNA_", "punctuation"],
    ["fauna-prod", "a suffix"],
    ["fuana", "swapped letters"],
    ["faun", "truncated"],
  ])("finds %s: %s", (name) => {
    expect(similarNames("fauna", ["supabase", name, "hasura"])).toEqual([name]);
  });

  test("finds nothing in unrelated names", () => {
    expect(similarNames("fauna", ["supabase", "hasura", "convex", "_"])).toEqual([]);
  });
});
