import { randomUUID } from "node:crypto";

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** A JWT that looks as Clerk makes it for Fauna; its signature is nonsense, which the fake server does not check. */
export function makeToken(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: "https://clerk.example.test",
    aud: "https://db.fauna.com/db/test",
    iat: now,
    nbf: now - 5,
    exp: now + 60,
    jti: randomUUID(),
    ...claims,
  };
  return `${encode({ alg: "RS256", kid: "key", ...header })}.${encode(payload)}.c2lnbmF0dXJl`;
}

/** The claims of a token, or an empty object if it is none. */
export function claimsIn(token: string): Readonly<Record<string, unknown>> {
  const [, payload] = token.split(".");
  if (payload === undefined) return {};
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}
