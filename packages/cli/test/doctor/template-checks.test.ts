import { describe, expect, test } from "vitest";
import { similarNames } from "../../src/doctor/checks/template-checks";

describe("similarNames", () => {
  test.each([
    ["Fauna", "in other letters"],
    ["FAUNA_", "with punctuation"],
    ["fauna-prod", "with more"],
    ["fuana", "with letters swapped"],
    ["faun", "cut short"],
  ])("finds %s: %s", (name) => {
    expect(similarNames("fauna", ["supabase", name, "hasura"])).toEqual([name]);
  });

  test("finds nothing in names that nobody would mistake", () => {
    expect(similarNames("fauna", ["supabase", "hasura", "convex", "_"])).toEqual([]);
  });
});
