import { describe, expect, test } from "vitest";

import {
  type DecodedToken,
  judgeToken,
  refusal,
  type RefusalCode,
  refusals,
} from "../../src/auth/unauthorized-reasons";

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
