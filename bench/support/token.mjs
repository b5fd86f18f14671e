import { Buffer } from "node:buffer";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const makeToken = (iat) =>
  [
    part({ alg: "RS256", cat: "cl_B7d4PD222AAA", kid: "ins_1", typ: "JWT" }),
    part({
      aud: "https://db.fauna.com/db/ysm1ok7dyyyyr",
      azp: "https://example.com",
      exp: 4_102_444_800,
      iat,
      iss: "https://clerk.example.com",
      jti: "6c7a5c1f2d0e4b9a8f3c",
      name: "Ada Lovelace",
      nbf: 1_767_225_590,
      sub: "user_1",
    }),
    "s".repeat(342),
  ].join(".");

/** As large as a token of Clerk's for `user_1`; the library reads its claims before it sends it. */
export const token = makeToken(1_767_225_600);

/** As Clerk's servers mint it. */
export const freshToken = () => makeToken(Math.floor(Date.now() / 1000));

/** As cheap as a hit in Clerk's cache. */
export const getToken = () => Promise.resolve(token);
