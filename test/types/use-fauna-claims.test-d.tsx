import type { UseQueryResult } from "@tanstack/react-query";
import { type FaunaClaims, useFaunaClaims } from "fauna-clerk";
import { describe, expectTypeOf, test } from "vitest";

describe("useFaunaClaims", () => {
  test("has the claims of every token", () => {
    const { data, error, loading } = useFaunaClaims();
    expectTypeOf(data).toEqualTypeOf<FaunaClaims | undefined>();
    expectTypeOf(data?.sub).toEqualTypeOf<string | undefined>();
    expectTypeOf(error).toEqualTypeOf<Error | null>();
    expectTypeOf(loading).toEqualTypeOf<boolean>();
  });

  test("has those of the template beside them", () => {
    interface Custom {
      email: string;
      role: "admin" | null;
    }
    const result = useFaunaClaims<Custom>();
    expectTypeOf(result).toExtend<UseQueryResult<FaunaClaims & Custom>>();
    expectTypeOf(result.data?.role).toEqualTypeOf<"admin" | null | undefined>();
    expectTypeOf(result.data?.sub).toEqualTypeOf<string | undefined>();
    // @ts-expect-error -- the template has no such claim
    void result.data?.name;
  });

  test("a claim can be told more exactly", () => {
    expectTypeOf(useFaunaClaims<{ exp: number }>().data?.exp).toEqualTypeOf<number | undefined>();
  });

  test("infers the selected part", () => {
    const { data } = useFaunaClaims({ select: ({ sub }) => sub.length });
    expectTypeOf(data).toEqualTypeOf<number | undefined>();
  });

  test("takes no query", () => {
    // @ts-expect-error -- the query is the hook's own
    useFaunaClaims({ queryKey: ["mine"] });
  });
});
