import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { useAuth } from "@clerk/react";
import { type AuthorizedFetch, createAuthorizedFetch, useAuthorizedFetch } from "fauna-clerk/fetch";
import { GraphQLClient } from "graphql-request";
import { Client, fetchExchange } from "urql";
import { expectTypeOf, test } from "vitest";

const url = "https://api.example.com/graphql";

test("what both return fits where fetch does", () => {
  expectTypeOf<AuthorizedFetch>().toExtend<typeof fetch>();
  expectTypeOf(useAuthorizedFetch(new URL(url))).toEqualTypeOf<AuthorizedFetch>();
});

test("it fits the GraphQL clients", () => {
  const fetch = createAuthorizedFetch({ origin: url, getToken: async () => null });
  void new GraphQLClient(url, { fetch });
  void new ApolloClient({
    link: new HttpLink({ uri: url, fetch }),
    cache: new InMemoryCache(),
  });
  void new Client({ url, fetch, exchanges: [fetchExchange] });
});

test("getToken is Clerk's, or one's own", () => {
  createAuthorizedFetch({ origin: new URL(url), getToken: useAuth().getToken });
  createAuthorizedFetch({ origin: url, getToken: async ({ template }) => template });
});

test("origin and getToken are required", () => {
  // @ts-expect-error -- no origin
  createAuthorizedFetch({ getToken: async () => null });
  // @ts-expect-error -- no getToken
  createAuthorizedFetch({ origin: url });
});
