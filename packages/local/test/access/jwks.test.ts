import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  exportJWK,
  generateKeyPair,
  type GenerateKeyPairResult,
  SignJWT,
  type CryptoKey,
  type JWK,
} from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeJwt, type Jwt } from "../../src/access/jwt";
import { JwksCache } from "../../src/access/jwks";

interface Key {
  jwk: JWK;
  sign(header?: Record<string, unknown>): Promise<Jwt>;
}

let server: Server;
let uri: string;
let published: JWK[];
let urls: string[];
let time: number;
let cache: JwksCache;

beforeEach(async () => {
  published = [];
  urls = [];
  time = taken = 0;
  cache = new JwksCache(() => time);
  server = createServer((request, response) => {
    urls.push(request.url ?? "");
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  uri = `https://localhost:${(server.address() as AddressInfo).port}/jwks.json`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** To make a pair takes longer than a test. Those of one test differ. */
const pairs: Promise<GenerateKeyPairResult>[] = [];
let taken = 0;

async function newKey(kid?: string): Promise<Key> {
  const { privateKey, publicKey } = await (pairs[taken++] ??= generateKeyPair("RS256"));
  const jwk = { ...(await exportJWK(publicKey)), ...(kid === undefined ? {} : { kid }) };
  return {
    jwk,
    sign: (header = {}) => sign(privateKey, { alg: "RS256", ...(kid ? { kid } : {}), ...header }),
  };
}

async function sign(key: CryptoKey, header: Record<string, unknown>): Promise<Jwt> {
  return decodeJwt(await new SignJWT({}).setProtectedHeader(header as { alg: string }).sign(key));
}

test("a token signed with a published key verifies", async () => {
  const key = await newKey("k1");
  published = [key.jwk, (await newKey("k2")).jwk];
  expect(await cache.verifies(uri, await key.sign())).toBe(true);
});

test("a token signed with another key under the same id does not", async () => {
  published = [(await newKey("k1")).jwk];
  expect(await cache.verifies(uri, await (await newKey("k1")).sign())).toBe(false);
});

test("a token must name its key, unless there is only one", async () => {
  const key = await newKey();
  published = [key.jwk];
  expect(await cache.verifies(uri, await key.sign())).toBe(true);
  published = [{ ...key.jwk, kid: "k1" }, (await newKey("k2")).jwk];
  expect(await new JwksCache().verifies(uri, await key.sign())).toBe(false);
});

test("only RSA keys count", async () => {
  published = [{ kty: "EC", kid: "k1" }];
  expect(await cache.verifies(uri, await (await newKey("k1")).sign())).toBe(false);
});

test("only RS256 counts, in exactly this spelling", async () => {
  const key = await newKey("k1");
  published = [key.jwk];
  const jwt = await key.sign();
  expect(await cache.verifies(uri, { ...jwt, algorithm: "rs256" })).toBe(false);
  expect(await cache.verifies(uri, { ...jwt, algorithm: "RS512" })).toBe(false);
});

test("the set is loaded once for many tokens, also at the same time", async () => {
  const key = await newKey("k1");
  published = [key.jwk];
  const jwt = await key.sign();
  await Promise.all([cache.verifies(uri, jwt), cache.verifies(uri, jwt)]);
  await cache.verifies(uri, jwt);
  expect(urls).toHaveLength(1);
});

test("the set is loaded again after five minutes", async () => {
  const key = await newKey("k1");
  published = [key.jwk];
  await cache.verifies(uri, await key.sign());
  published = [];
  expect(await cache.verifies(uri, await key.sign())).toBe(true);
  time += 5 * 60_000;
  expect(await cache.verifies(uri, await key.sign())).toBe(false);
});

test("an unknown key id loads the set again, at most every half second", async () => {
  published = [(await newKey("k1")).jwk];
  const key = await newKey("k2");
  await cache.verifies(uri, await key.sign());
  published = [key.jwk];
  expect(await cache.verifies(uri, await key.sign())).toBe(false);
  time += 500;
  expect(await cache.verifies(uri, await key.sign())).toBe(true);
});

test("a set that cannot be loaded verifies nothing, and is asked for again", async () => {
  const key = await newKey("k1");
  expect(await cache.verifies("https://localhost:1/jwks.json", await key.sign())).toBe(false);
  published = [key.jwk];
  expect(await cache.verifies(uri, await key.sign())).toBe(true);
});

test("the query string is dropped", async () => {
  await cache.verifies(`${uri}?a=b`, await (await newKey("k1")).sign());
  expect(urls[0]).toBe("/jwks.json");
});

test("http: is not asked, not even on loopback", async () => {
  const key = await newKey("k1");
  published = [key.jwk];
  expect(await cache.verifies(uri.replace("https:", "http:"), await key.sign())).toBe(false);
  expect(urls).toEqual([]);
});
