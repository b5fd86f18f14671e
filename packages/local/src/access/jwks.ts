import { createPublicKey, verify } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import type { JWK } from "jose";
import type { Jwt } from "./jwt";

const REFRESH_MS = 5 * 60_000;
/** Between two loads caused by an unknown key id. */
const RELOAD_MS = 500;
const ALGORITHM = "RS256";

interface LoadedKeys {
  at: number;
  keys: readonly JWK[];
}

/**
 * The public keys of issuers, by their `jwks_uri`: loaded when first needed, again after 5 minutes, and once more
 * when a token names a key that is not there. A failed load is not remembered (the real server does for minutes).
 */
export class JwksCache {
  #sets = new Map<string, Promise<LoadedKeys | undefined>>();

  constructor(readonly now: () => number = Date.now) {}

  /** Whether a key of the set signed the token. An unreachable set verifies nothing. */
  async verifies(uri: string, jwt: Jwt): Promise<boolean> {
    if (jwt.algorithm !== ALGORITHM) return false;
    const key = await this.#key(uri, jwt.keyId);
    return key !== undefined && isSignedBy(jwt, key);
  }

  async #key(uri: string, keyId: string | undefined): Promise<JWK | undefined> {
    let set = await this.#load(uri, REFRESH_MS);
    if (set && !findKey(set.keys, keyId)) set = await this.#load(uri, RELOAD_MS);
    return set && findKey(set.keys, keyId);
  }

  /** The set, not older than this; undefined when it cannot be had. */
  async #load(uri: string, maxAge: number): Promise<LoadedKeys | undefined> {
    const pending = this.#sets.get(uri);
    const known = pending && (await pending);
    if (known && this.now() - known.at < maxAge) return known;
    const loading = fetchKeys(uri).then(
      (keys) => ({ at: this.now(), keys }),
      // To the server a set that cannot be loaded has no keys: the token is refused like any other.
      () => undefined,
    );
    this.#sets.set(uri, loading);
    return loading;
  }
}

/** A token without a key id may use the only key there is. */
function findKey(keys: readonly JWK[], keyId: string | undefined): JWK | undefined {
  return keys.length === 1 && keyId === undefined ? keys[0] : keys.find((key) => key.kid === keyId);
}

/** Plain RSASSA-PKCS1-v1_5; like the server it looks at neither `typ` nor `crit`. */
function isSignedBy({ compact }: Jwt, { n, e }: JWK): boolean {
  const dot = compact.lastIndexOf(".");
  const signed = Buffer.from(compact.slice(0, dot), "latin1");
  const signature = Buffer.from(compact.slice(dot + 1), "base64url");
  try {
    const key = createPublicKey({ key: { kty: "RSA", n: n ?? "", e: e ?? "" }, format: "jwk" });
    return verify("sha256", signed, key, signature);
  } catch {
    // A key that is none verifies nothing.
    return false;
  }
}

/** Only `https:` is accepted by the server; loopback hosts are asked in plain HTTP since development has no certificate. */
async function fetchKeys(uri: string): Promise<readonly JWK[]> {
  const url = new URL(uri);
  if (url.protocol !== "https:") throw new Error("jwks_uri must be https");
  url.search = "";
  const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (loopback) url.protocol = "http:";
  if (loopback && url.port === "") url.port = "443";
  const { keys } = JSON.parse(await get(url)) as { keys?: unknown };
  return Array.isArray(keys) ? (keys as JWK[]).filter((key) => key.kty === "RSA") : [];
}

function get(url: URL): Promise<string> {
  const request = url.protocol === "http:" ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    request(url, { headers: { accept: "application/json" }, timeout: 5000 }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error(`HTTP ${response.statusCode}`));
    })
      .on("timeout", function (this: { destroy(error: Error): void }) {
        this.destroy(new Error("time-out"));
      })
      .on("error", reject)
      .end();
  });
}
