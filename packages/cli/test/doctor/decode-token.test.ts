import { describe, expect, test } from "vitest";
import { makeToken } from "../../../../test/support/token";
import { decodeToken } from "../../src/doctor/decode-token";

describe("decodeToken", () => {
  test("distinguishes integers from other numbers, as Fauna does", () => {
    expect(decodeToken(makeToken({ exp: 1000 }))).toMatchObject({
      exp: 1000n,
      claims: { exp: 1000 },
    });
    const payload = Buffer.from('{"exp":1000.0}').toString("base64url");
    const token = makeToken({}).replace(/\..*\./, `.${payload}.`);
    expect(decodeToken(token)).toMatchObject({ exp: 1000, claims: { exp: 1000 } });
  });

  test.each(["", "fnSecret", "a.b.c", "e30.W10.x", "e30.bnVsbA.x"])(
    "returns undefined for %j",
    (text) => {
      expect(decodeToken(text)).toBeUndefined();
    },
  );
});
