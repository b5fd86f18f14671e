import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CLAIMS, decodeJwtPart, HEADER, readToken } from "../../src/auth/jwt";
import { runs } from "../support/runs";
import { makeToken } from "../support/token";

const withClaims = (text: string): string => `a.${Buffer.from(text).toString("base64url")}.c`;

describe("a part of a JWT", () => {
  test("is read whatever its text is", () => {
    // Among them are texts whose base64url has several of the letters that base64 has not.
    const property = fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (sub) => {
      expect(decodeJwtPart(makeToken({ sub }), CLAIMS)).toMatchObject({ sub });
      expect(decodeJwtPart(makeToken({}, { kid: sub }), HEADER)).toMatchObject({ kid: sub });
    });
    fc.assert(property, runs(100));
    expect(decodeJwtPart(makeToken({ sub: "ÿ>ÿ>ÿ>ÿ?ÿ?ÿ?" }), CLAIMS)).toMatchObject({
      sub: "ÿ>ÿ>ÿ>ÿ?ÿ?ÿ?",
    });
  });

  test("may begin with white space, as JSON may", () => {
    expect(decodeJwtPart(withClaims(' \n{"sub":"ada"}'), CLAIMS)).toEqual({ sub: "ada" });
  });

  test.each(['[{"sub":"ada"}]', '"{}"', "5", "null", "", "{"])("is an object, not %s", (text) => {
    expect(decodeJwtPart(withClaims(text), CLAIMS)).toBeUndefined();
  });

  test.each(["fnSecret", "a", ""])("is not in what has no parts: %j", (secret) => {
    expect(decodeJwtPart(secret, CLAIMS)).toBeUndefined();
  });
});

test.each<[string, unknown, boolean]>([
  ["a JWT", makeToken({ sub: "ada" }), true],
  ["a JWT of nobody", makeToken({}), true],
  ["a JWT that says that it is of nobody", makeToken({ sub: null }), true],
  ["a JWT whose user is no text", makeToken({ sub: 5 }), false],
  ["a JWT that cannot be read", "a.b.c", false],
  ["a JWT of empty parts", "a..", false],
  ["two parts", "a.b", true],
  ["four parts", "a.b.c.d", true],
  ["a key's secret", "fnSecret", true],
  ["one letter", "s", true],
  ["a secret with a space inside", "a secret", true],
  ["a secret after a space", " secret", false],
  ["a secret before a space", "secret ", false],
  ["a secret with a line break", "sec\nret", false],
  ["a secret with a letter beyond ASCII", "sécret", false],
  ["a JWT before something else", `${makeToken({ sub: "ada" })}\u2013`, false],
  ["an empty text", "", false],
  ["a number", 5, false],
  ["nothing", undefined, false],
  ["an object that reads as a secret", { toString: () => "secret" }, false],
])("%s may be sent: %o", (_, value, may) => {
  expect(readToken(value)?.text).toBe(may ? value : undefined);
});

test.each<[string, string, object | undefined]>([
  ["a JWT", makeToken({ sub: "ada" }), { sub: "ada" }],
  ["a key's secret", "fnSecret", undefined],
])("%s is read with what it says", (_, text, claims) => {
  expect(readToken(text)?.claims).toEqual(claims && (expect.objectContaining(claims) as object));
});
