import { describe, expect, test } from "vitest";

import { unauthorizedReasons } from "../../src/auth/unauthorized-reasons";
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

  test("survives claims that are not an object", () => {
    const part = Buffer.from("null").toString("base64url");
    expect(codes(`${part}.${part}.x`)).toContain("not_rs256");
  });

  test.each(reasons)("explains $code without quoting the token", ({ token }) => {
    for (const { message } of unauthorizedReasons(token, null)) {
      expect(message.length).toBeGreaterThan(10);
      for (const part of token.split(".")) expect(message).not.toContain(part);
    }
  });
});
