import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";
import { onTestFinished } from "vitest";
import {
  type LocalClerk,
  type LocalFauna,
  type LocalFaunaOptions,
  startLocalClerk,
  startLocalFauna,
} from "@fauna-clerk/local";
import { claimsIn } from "../../../../test/support/token";
import { type CliRun, runCli } from "./run-cli";

const GUARD = "Query.token()?.sub != null && ";
export const ROLE = {
  name: "user",
  privileges: [
    { resource: "Todo", actions: { read: `d => ${GUARD}d.owner == Query.token()!.sub` } },
  ],
};

/** A Clerk and a Fauna that are set up for each other, and the doctor's inputs. Tests break them. */
export interface DoctorWorld {
  readonly clerk: LocalClerk;
  readonly fauna: LocalFauna;
  readonly env: Record<string, string>;
  readonly args: string[];
  token: string;
  fetch: typeof fetch;
  /** Runs FQL with the admin key. */
  admin<T>(query: string, child?: string): Promise<T>;
  /** Answers all requests to Fauna that contain `query` with `data`. */
  answer(query: string, data: unknown): void;
  doctor(...args: string[]): Promise<CliRun>;
}

export async function startDoctorWorld(options: LocalFaunaOptions = {}): Promise<DoctorWorld> {
  const clerk = await startLocalClerk();
  const fauna = await startLocalFauna({
    secret: "fnAdminKeyOfTheTests",
    seed: `Collection.create({ name: "Todo" })`,
    roles: [ROLE],
    accessProviders: [
      { name: "Clerk", issuer: clerk.issuer, jwks_uri: clerk.jwksUri, roles: ["user"] },
    ],
    ...options,
  });
  onTestFinished(async () => {
    await Promise.all([clerk.close(), fauna.close()]);
  });
  clerk.setTemplate("fauna", { claims: { aud: fauna.audience } });
  const world: DoctorWorld = {
    clerk,
    fauna,
    env: {
      VITE_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      VITE_FAUNA_ENDPOINT: fauna.url,
      FAUNA_ADMIN_KEY: fauna.secret,
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_API_URL: clerk.url,
    },
    args: ["--origin", "https://app.example.test", "--token-stdin"],
    token: await clerk.mint("user_ada", "fauna"),
    fetch: globalThis.fetch,
    admin: (query, child) => runAsAdmin(fauna, query, child),
    answer: (query, data) =>
      void fauna.faults.respond(
        { status: 200, body: { data } },
        { match: ({ body }) => body.includes(query), times: Infinity },
      ),
    doctor: (...args) =>
      runCli(["doctor", ...world.args, ...args], {
        ...{ env: world.env, stdin: world.token, fetch: world.fetch },
      }),
  };
  return world;
}

async function runAsAdmin<T>(
  { url, secret }: LocalFauna,
  query: string,
  child?: string,
): Promise<T> {
  const headers = {
    ...{
      authorization: `Bearer ${secret}${child === undefined ? "" : `:${child}:admin`}`,
      "content-type": "application/json",
    },
    "x-format": "simple",
  };
  const body = JSON.stringify({ query });
  const response = await fetch(`${url}/query/1`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { data: T }).data;
}

let pairs: Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> | undefined;

/** Replaces the token by one that the test has signed, with a key that Clerk then publishes. */
export async function signWithOwnKey(
  world: DoctorWorld,
  change: { claims?: object; header?: object; text?: (payload: string) => string } = {},
): Promise<void> {
  const { privateKey, publicKey } = await (pairs ??= generateKeyPair("RS256"));
  const kid = "ins_own";
  serveKeys(world.clerk, [{ ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" }]);
  const payload = JSON.stringify({ ...claimsIn(world.token), ...change.claims });
  const text = change.text?.(payload) ?? payload;
  const header = { alg: "RS256", kid, ...change.header };
  world.token = await new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader(header)
    .sign(header.alg === "HS256" ? new Uint8Array(32) : privateKey);
}

/** Replaces the keys that Clerk serves, to pages and in its Backend API. */
export function serveKeys(clerk: LocalClerk, keys: readonly JWK[]): void {
  const headers = { "content-type": "application/json" };
  clerk.faults.respond(
    { status: 200, body: JSON.stringify({ keys }), headers },
    { match: /jwks/, times: Infinity },
  );
}

/** Changes claims of a token without signing it again. */
export function tamper(token: string, claims: object): string {
  const [header = "", , signature = ""] = token.split(".");
  const payload = JSON.stringify({ ...claimsIn(token), ...claims });
  return [header, Buffer.from(payload).toString("base64url"), signature].join(".");
}
