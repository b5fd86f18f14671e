import { expect, test } from "vitest";
import { audienceOf, BrokenJwtError, decodeJwt, isTimely, type Jwt } from "../../src/access/jwt";

const HEADER = { alg: "RS256", kid: "k1" };
const encode = (text: string): string => Buffer.from(text).toString("base64url");

function token(claims: string, header: unknown = HEADER): string {
  return `${encode(JSON.stringify(header))}.${encode(claims)}.c2ln`;
}

function jwt(claims: string): Jwt {
  return decodeJwt(token(claims));
}

function reportOf(text: string): string | null {
  try {
    decodeJwt(text);
  } catch (error) {
    expect(error).toBeInstanceOf(BrokenJwtError);
    return (error as BrokenJwtError).report;
  }
  throw new Error("it was decoded");
}

test("takes a token apart", () => {
  expect(jwt('{"iss":"i","n":1,"f":1.0}')).toMatchObject({
    algorithm: "RS256",
    keyId: "k1",
    issuer: "i",
    claims: { n: 1n, f: 1 },
  });
});

test("accepts a trailing dot", () => {
  expect(decodeJwt(`${token("{}")}.`).compact).toBe(token("{}"));
});

test.each([
  ["no signature", `${encode("{}")}.${encode("{}")}.`],
  ["a fourth part", `${token("{}")}.x`],
  ["a signature that is not base64url", `${token("{}")}!`],
  ["padding", `${token("{}")}=`],
  ["text that is not JSON", token("x")],
  ["JSON that is not an object", token("[]")],
  ["a claim beyond 64 bits", token('{"exp":99999999999999999999}')],
])("breaks down without a report on %s", (_name, text) => {
  expect(reportOf(text)).toBeNull();
});

test("breaks down with a report when the header has no alg", () => {
  expect(reportOf(token("{}", { kid: "k1" }))).toBe(
    "fauna.codex.json.JsonFieldAccessException: No field alg.",
  );
});

test.each([
  ['{"exp":1001}', true],
  ['{"exp":1000}', false],
  ['{"exp":-5}', false],
  ['{"nbf":999}', true],
  ['{"nbf":1000}', false],
  ["{}", true],
  ['{"exp":1.5}', true],
  ['{"exp":999.0}', true],
  ['{"exp":9e2}', true],
  ['{"exp":"999"}', true],
  ['{"exp":null,"nbf":"soon"}', true],
])("%s at second 1000 is timely: %j", (claims, expected) => {
  expect(isTimely(jwt(claims), 1_000_000)).toBe(expected);
});

test.each([
  ['"https://db.fauna.com/db/y1"', "y1"],
  ['["https://db.fauna.com/db/y1"]', "y1"],
  ['["other","https://db.fauna.com/db/y1"]', "y1"],
  ['["https://db.fauna.com/db/y1","https://db.fauna.com/db/y1"]', undefined],
  ['["https://db.fauna.com/db/y1","https://db.fauna.com/db/y2"]', undefined],
  ['"https://example.com"', undefined],
  ["5", undefined],
  ["null", undefined],
])("the audience %s names the database %j", (aud, expected) => {
  expect(audienceOf(jwt(`{"aud":${aud}}`))).toBe(expected);
});

test.each(["5", "1.5", "null", "true", "[]", "{}"])(
  "breaks down on an audience with %s in it",
  (entry) => {
    expect(() => audienceOf(jwt(`{"aud":[${entry}]}`))).toThrow(new BrokenJwtError());
  },
);
