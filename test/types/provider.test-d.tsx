import { useAuth as useClerkReactAuth } from "@clerk/clerk-react";
import { useAuth as useReactAuth } from "@clerk/react";
import { type Client } from "fauna";
import {
  createFaunaClient,
  type FaunaAuth,
  FaunaProvider,
  useFaunaAuth,
  useFaunaClient,
} from "fauna-clerk";
import { FaunaProvider as Wired } from "fauna-clerk/react";
import { faunaV4 } from "fauna-clerk/v4";
import type faunadb from "faunadb";
import { describe, expectTypeOf, test } from "vitest";

describe("FaunaProvider", () => {
  test("takes the useAuth() value of both React SDKs", () => {
    const elements = [
      <FaunaProvider endpoint="https://a.test" auth={useClerkReactAuth()} />,
      <FaunaProvider endpoint="https://a.test" auth={useReactAuth()} />,
    ];
    expectTypeOf(elements).toBeArray();
  });

  test("takes getToken with or without userId", () => {
    const getToken = async () => null;
    const elements = [
      <FaunaProvider endpoint={new URL("https://a.test")} getToken={getToken} />,
      <FaunaProvider endpoint="https://a.test" getToken={getToken} userId={null} />,
    ];
    expectTypeOf(elements).toBeArray();
  });

  test("requires an endpoint", () => {
    // @ts-expect-error -- there is no default
    expectTypeOf(<FaunaProvider getToken={async () => null} />).not.toBeNever();
  });

  test("takes the driver's further options, but neither secret nor endpoint", () => {
    const client = { long_type: "bigint", query_tags: { a: "b" } } as const;
    expectTypeOf(
      <Wired endpoint="https://a.test" client={client} drivers={[faunaV4()]} />,
    ).not.toBeNever();
    // @ts-expect-error -- the token is the signed-in user's
    expectTypeOf(<Wired endpoint="https://a.test" client={{ secret: "x" }} />).not.toBeNever();
  });
});

describe("hooks", () => {
  test("useFaunaClient is the driver's own Client", () => {
    expectTypeOf(useFaunaClient()).toExtend<Client>();
    expectTypeOf(useFaunaClient<faunadb.Client>("v4")).toEqualTypeOf<faunadb.Client>();
  });

  test("useFaunaAuth is who is signed in", () => {
    expectTypeOf(useFaunaAuth()).toEqualTypeOf<FaunaAuth>();
    expectTypeOf<FaunaAuth["status"]>().toEqualTypeOf<"loading" | "signed-in" | "signed-out">();
  });

  test("createFaunaClient requires getToken", () => {
    expectTypeOf(
      createFaunaClient({ endpoint: "https://a.test", getToken: async () => null }),
    ).toExtend<Client>();
    // @ts-expect-error -- somebody has to make the tokens
    createFaunaClient({ endpoint: "https://a.test" });
  });
});
