import {
  type LocalFauna,
  type LocalFaunaOptions,
  type LocalStream,
  startLocalFauna,
} from "@fauna-clerk/local";

import { startIssuer } from "../../packages/local/test/support/issuer";
import { claimsIn } from "./token";

/** A Fauna with many apart worlds: a collection each, whose documents are their owner's, or everybody's if shared. */
export interface LiveServers {
  readonly fauna: LocalFauna;
  /** Runs FQL as admin and returns its data in the simple format. */
  write(query: string): Promise<unknown>;
  /** A token of a user, perhaps with further claims; `lifetime` in seconds. */
  token(userId: string, lifetime?: number, claims?: object): Promise<string>;
  /** The open streams of a user. */
  streamsOf(userId: string): LocalStream[];
  close(): Promise<void>;
}

/** Names of the collections `L0`, `L1` … */
export const collectionOf = (world: number): string => `L${world}`;

const MINE = "d => d.shared == true || d.owner == Query.token()!.sub";

export async function startLiveServers(
  worlds: number,
  options: Pick<LocalFaunaOptions, "record"> = {},
): Promise<LiveServers> {
  const issuer = await startIssuer();
  const names = Array.from({ length: worlds }, (_, world) => collectionOf(world));
  // Fauna tells of changes in an index only if they are of fields that it covers.
  const values = `[{ field: ".n" }, { field: ".done" }, { field: ".shared" }]`;
  const index = `byOwner: { terms: [{ field: ".owner" }], values: ${values} }`;
  const fauna = await startLocalFauna({
    ...options,
    seed: names.map((name) => `Collection.create({ name: "${name}", indexes: { ${index} } })`),
    roles: [
      {
        name: "user",
        privileges: names.map((resource) => ({
          resource,
          actions: { read: MINE, create: true, write: true, delete: true },
        })),
      },
    ],
    accessProviders: [
      { name: "Test", issuer: issuer.issuer, jwks_uri: issuer.jwksUri, roles: ["user"] },
    ],
  });
  return {
    fauna,
    async write(query) {
      const response = await fetch(`${fauna.url}/query/1`, {
        method: "POST",
        headers: { authorization: `Bearer ${fauna.secret}` },
        body: JSON.stringify({ query }),
      });
      const { data, summary } = (await response.json()) as { data: unknown; summary: string };
      if (!response.ok) throw new Error(summary);
      return data;
    },
    token: (userId, lifetime = 60, claims) =>
      issuer.sign({ ...claims, sub: userId, aud: fauna.audience }, lifetime),
    streamsOf: (userId) =>
      fauna.streams.filter(({ request }) => userIn(request.headers) === userId),
    async close() {
      await Promise.all([fauna.close(), issuer.close()]);
    },
  };
}

/** Who sent a request. */
export const userIn = (headers: Readonly<Record<string, string>>): unknown =>
  claimsIn((headers["authorization"] ?? "").replace("Bearer ", ""))["sub"];
