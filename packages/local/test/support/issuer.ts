import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An issuer of tokens whose keys are served on loopback. */
export interface TestIssuer {
  issuer: string;
  jwksUri: string;
  sign(claims: Record<string, unknown>, lifetime?: number): Promise<string>;
  close(): Promise<void>;
}

/** Making a pair takes longer than most tests. */
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** It signs without leaving the thread, so that a test with a clock of its own knows when nothing is left to happen. */
export async function startIssuer(): Promise<TestIssuer> {
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" }];
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys })));
  // Clients end idle connections themselves.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    jwksUri: `${issuer}/jwks.json`,
    async sign(claims, lifetime = 60) {
      const now = Math.floor(Date.now() / 1000);
      const content = [
        { alg: "RS256", kid: "k1" },
        { ...claims, iss: issuer, iat: now, exp: now + lifetime },
      ];
      const signed = content.map(toBase64Url).join(".");
      return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const toBase64Url = (part: object): string =>
  Buffer.from(JSON.stringify(part)).toString("base64url");
