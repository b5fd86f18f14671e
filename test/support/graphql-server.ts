import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { buildSchema, execute, parse, validate } from "graphql";
import { createHandler, type HandlerOptions } from "graphql-http/lib/use/http";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { onTestFinished } from "vitest";

import type { LocalClerk } from "@fauna-clerk/local";

/** A GraphQL server over HTTP that answers 401 to everything but valid tokens of one issuer. */
export interface GraphqlServer {
  readonly origin: string;
  /** Takes `{ whoAmI }` and `mutation { echo(text) }`; both tell the token's `sub`. */
  readonly url: string;
  /** The token of each request so far, oldest first; undefined for a request that had none. */
  readonly tokens: readonly (string | undefined)[];
  /** Whose tokens it takes. */
  trust(issuer: LocalClerk): void;
}

const schema = buildSchema(`
  type Query { whoAmI: String! }
  type Mutation { echo(text: String!): String! }
`);

/** Of the same copy of the package as the schema: there is one for import and one for require. */
const graphql: Pick<HandlerOptions, "schema" | "parse" | "execute" | "validate"> = {
  schema,
  parse,
  execute,
  validate: (...[, document]) => validate(schema, document),
};

interface Context {
  readonly userId: string;
}
const rootValue = {
  whoAmI: (_: object, { userId }: Context) => userId,
  echo: ({ text }: { text: string }, { userId }: Context) => `${userId}: ${text}`,
};

/** Starts one for the running test. */
export async function startGraphql(issuer?: LocalClerk): Promise<GraphqlServer> {
  const tokens: (string | undefined)[] = [];
  let userOf: UserOf = async () => undefined;

  const server = createServer(async (request, response) => {
    const token = tokenOf(request);
    tokens.push(token);
    const userId = token && (await userOf(token));
    if (!userId) return void response.writeHead(401).end();
    // Its types know contexts with an index signature only.
    const context = { userId } as never;
    await createHandler({ ...graphql, rootValue, context })(request, response);
  });
  // Clients end idle connections themselves.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trust = (clerk: LocalClerk): void => void (userOf = verifierOf(clerk));
  if (issuer) trust(issuer);
  return { origin, url: `${origin}/graphql`, tokens, trust };
}

type UserOf = (token: string) => Promise<string | undefined>;

const tokenOf = ({ headers }: IncomingMessage): string | undefined =>
  headers.authorization?.replace("Bearer ", "");

/** Verifies a token as a server would: signature, issuer and times. */
function verifierOf({ url, issuer }: LocalClerk): UserOf {
  const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer });
      return payload.sub;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}
