import fc from "fast-check";

import { ada, bob, type Who } from "../../support/fake-clerk";

const people: readonly Who[] = [
  ada,
  bob,
  { userId: "eve", sessionId: "sess_eve" },
  { ...ada, orgId: "org_navy" },
  { ...bob, orgId: "org_navy" },
  { ...ada, sessionId: "sess_ada_2" },
];

/** One thing that happens to an app. */
export type Action =
  | { readonly do: "become" | "switchTokens"; readonly who: Who | null }
  | { readonly do: "unload" | "load" | "mount" | "unmount" | "refetch" | "hold" | "release" }
  | { readonly do: "answer"; readonly how: "401" | "503" | "400" | "drop"; readonly times: number }
  | { readonly do: "token"; readonly how: "null" | "reject" | "late" }
  | { readonly do: "wait"; readonly turns: number };

const who = fc.option(fc.constantFrom(...people), { nil: null, freq: 5 });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("become"), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("switchTokens"), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("unload", "load", "mount", "unmount", "refetch", "hold", "release"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("answer"),
      how: fc.constantFrom("401", "503", "400", "drop"),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("token"),
      how: fc.constantFrom("null", "reject", "late"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("wait"), turns: fc.integer({ min: 1, max: 12 }) }),
  },
) as fc.Arbitrary<Action>;

/** A random schedule of what happens. */
export const schedules: fc.Arbitrary<Action[]> = fc.array(action, { minLength: 3, maxLength: 25 });
