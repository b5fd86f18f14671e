import { describe, expect, test } from "vitest";

import { isUnauthorizedError } from "../../src/auth/unauthorized-error";
import {
  type DecodedToken,
  judgeToken,
  refusal,
  type RefusalCode,
  refusals,
  unauthorized,
  unauthorizedReasons,
} from "../../src/auth/unauthorized-reasons";
import { makeToken } from "../support/token";

const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

const reasons: readonly { code: string; token: string }[] = [
  { code: "not_a_jwt", token: "fnAbCdEf" },
  { code: "not_rs256", token: makeToken({}, { alg: "HS256" }) },
  { code: "no_kid", token: makeToken({}, { kid: undefined }) },
  { code: "no_issuer", token: makeToken({ iss: undefined }) },
  { code: "session_token", token: makeToken({ aud: undefined, sid: "sess_1" }) },
  { code: "no_audience", token: makeToken({ aud: undefined }) },
  { code: "no_fauna_audience", token: makeToken({ aud: "https://example.test" }) },
  { code: "no_fauna_audience", token: makeToken({ aud: [] }) },
  {
    code: "several_audiences",
    token: makeToken({ aud: ["https://db.fauna.com/db/a", "https://db.fauna.com/db/b"] }),
  },
  { code: "expired", token: makeToken({ exp: seconds(-30) }) },
  { code: "not_yet_valid", token: makeToken({ nbf: seconds(30) }) },
  { code: "unknown", token: makeToken({}) },
];

const codes = (token: string, date: string | null = null): string[] =>
  unauthorizedReasons(token, date).map(({ code }) => code);

describe("unauthorizedReasons", () => {
  test.each(reasons)("says $code", ({ code, token }) => {
    expect(codes(token)).toEqual([code]);
  });

  test("gives every reason there is", () => {
    const token = makeToken({ aud: undefined, exp: seconds(-1) }, { alg: "ES256" });
    expect(codes(token)).toEqual(["not_rs256", "no_audience", "expired"]);
  });

  test("judges expiry by the server's Date header, not by this clock", () => {
    const token = makeToken({ exp: seconds(60) });
    expect(codes(token, new Date((seconds(60) + 5) * 1000).toUTCString())).toEqual(["expired"]);
  });

  test("takes a token that this clock calls expired if the server's does not", () => {
    const token = makeToken({ exp: seconds(-60), nbf: seconds(-200) });
    expect(codes(token, new Date(seconds(-90) * 1000).toUTCString())).toEqual(["unknown"]);
  });

  test("uses this clock when the Date header cannot be read", () => {
    expect(codes(makeToken({ exp: seconds(-60) }), "nonsense")).toEqual(["expired"]);
  });

  test("takes one Fauna audience among others", () => {
    const aud = ["https://example.test", "https://db.fauna.com/db/test"];
    expect(codes(makeToken({ aud }))).toEqual(["unknown"]);
  });

  test("takes a token with a session and an audience for none of Clerk's session tokens", () => {
    expect(codes(makeToken({ sid: "sess_1" }))).toEqual(["unknown"]);
  });

  test.each([0, 1])("calls what has only one part that can be read no JWT: %i", (part) => {
    const parts = makeToken({}).split(".");
    parts[part] = "x";
    expect(codes(parts.join("."))).toEqual(["not_a_jwt"]);
  });

  test("calls claims that are not an object no JWT", () => {
    const part = Buffer.from("null").toString("base64url");
    expect(codes(`${part}.${part}.x`)).toEqual(["not_a_jwt"]);
  });

  test.each(reasons)("explains $code without quoting the token", ({ token }) => {
    for (const { message } of unauthorizedReasons(token, null)) {
      expect(message.length).toBeGreaterThan(10);
      for (const part of token.split(".")) expect(message).not.toContain(part);
    }
  });
});

const NOW = 1_800_000_000;
const AUDIENCE = "https://db.fauna.com/db/ya";

const token = (
  claims: DecodedToken["claims"] = {},
  header: DecodedToken["header"] = {},
): DecodedToken => ({
  header: { alg: "RS256", kid: "key", ...header },
  claims: { iss: "https://clerk.example.test", aud: AUDIENCE, exp: NOW + 60, nbf: NOW, ...claims },
});

describe("judgeToken", () => {
  test("finds nothing wrong with a token that Clerk made for Fauna", () => {
    expect(judgeToken(token(), NOW)).toEqual([]);
  });

  test.each<[RefusalCode, string | number, DecodedToken]>([
    ["not_rs256", "HS256", token({}, { alg: "HS256" })],
    ["no_kid", "", token({}, { kid: undefined })],
    ["no_issuer", "", token({ iss: undefined })],
    ["session_token", "", token({ aud: undefined, sid: "sess_1" })],
    ["no_audience", "", token({ aud: null })],
    ["no_fauna_audience", "", token({ aud: ["https://example.test", 7] })],
    ["several_audiences", "", token({ aud: [AUDIENCE, AUDIENCE] })],
    ["root_database", "", token({ aud: "https://db.fauna.com/db/yyyyyyyyyyyyy" })],
    ["expired", 0, token({ exp: NOW })],
    ["expired", 90, token({ exp: NOW - 90 })],
    ["not_yet_valid", 1, token({ nbf: NOW + 1 })],
  ])("says %s, with the detail %j", (code, detail, wrong) => {
    expect(judgeToken(wrong, NOW)).toEqual([{ code, detail }]);
  });

  test.each([NOW - 0.5, String(NOW - 1), null, true])("takes exp %j for no limit", (exp) => {
    expect(judgeToken(token({ exp }), NOW)).toEqual([]);
  });
});

describe("refusal", () => {
  test("puts the detail in its place, whatever characters it has", () => {
    expect(refusal("wrong_issuer", "https://a.test/$&").fix).toContain(
      "issuer to https://a.test/$&, without a trailing slash",
    );
  });

  test.each(Object.keys(refusals) as RefusalCode[])("%s has a problem and a fix", (code) => {
    const { problem, fix } = refusal(code, "DETAIL");
    expect(`${problem} ${fix}`).not.toContain("%");
    for (const text of [problem, fix]) expect(text).toMatch(/^[A-Z].{10,}\.$/);
  });
});

test("the error has all reasons, in its message, too, and is known by its name across copies of the package", () => {
  const error = unauthorized(makeToken({ aud: undefined, iss: undefined }), null);
  expect(error).toMatchObject({ name: "UnauthorizedError", code: "unauthorized" });
  expect(error.reasons.map(({ code }) => code)).toEqual(["no_issuer", "no_audience"]);
  const texts = error.reasons.map(({ message }) => message).join(" ");
  expect(error.message).toBe(`Fauna refused this user's token. ${texts} [unauthorized]`);
  expect(isUnauthorizedError(error)).toBe(true);
  expect(isUnauthorizedError(Object.assign(new Error(""), { name: error.name }))).toBe(true);
  expect(isUnauthorizedError(new Error(""))).toBe(false);
  expect(isUnauthorizedError({ name: error.name })).toBe(false);
});
