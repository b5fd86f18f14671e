import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import type { AuthorizedFetch } from "fauna-clerk/fetch";
import { GraphQLClient } from "graphql-request";
import { cacheExchange, Client, fetchExchange } from "urql";

/** A GraphQL client that was given a `fetch`, as apps make it. */
export interface GraphqlClient {
  /** Asks for `whoAmI`; a client with a cache answers out of that. */
  whoAmI(): Promise<string>;
  /** A mutation, which no client answers out of a cache. */
  echo(text: string): Promise<string>;
}

export interface TestedGraphqlClient {
  readonly client: string;
  readonly create: (url: string, fetch: AuthorizedFetch) => GraphqlClient;
}

const WHO = "{ whoAmI }";
const ECHO = "mutation ($text: String!) { echo(text: $text) }";
interface Answer {
  whoAmI: string;
  echo: string;
}

function createGraphqlRequest(url: string, fetch: AuthorizedFetch): GraphqlClient {
  const client = new GraphQLClient(url, { fetch });
  return {
    whoAmI: async () => (await client.request<Answer>(WHO)).whoAmI,
    echo: async (text) => (await client.request<Answer>(ECHO, { text })).echo,
  };
}

function createApollo(uri: string, fetch: AuthorizedFetch): GraphqlClient {
  const link = new HttpLink({ uri, fetch });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    whoAmI: async () => (await client.query<Answer>({ query: gql(WHO) })).data!.whoAmI,
    async echo(text) {
      const { data } = await client.mutate<Answer>({ mutation: gql(ECHO), variables: { text } });
      return data!.echo;
    },
  };
}

function createUrql(url: string, fetch: AuthorizedFetch): GraphqlClient {
  const client = new Client({ url, fetch, exchanges: [cacheExchange, fetchExchange] });
  return {
    async whoAmI() {
      const { data, error } = await client.query<Answer>(WHO, {}).toPromise();
      if (error) throw error;
      return data!.whoAmI;
    },
    async echo(text) {
      const { data, error } = await client.mutation<Answer>(ECHO, { text }).toPromise();
      if (error) throw error;
      return data!.echo;
    },
  };
}

/** For `describe.each`. */
export const graphqlClients: readonly TestedGraphqlClient[] = [
  { client: "graphql-request", create: createGraphqlRequest },
  { client: "Apollo Client", create: createApollo },
  { client: "urql", create: createUrql },
];
