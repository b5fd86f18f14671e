import {
  ConfigurationError,
  FaunaClerkError,
  isConfigurationError,
  isTokenError,
  isUnauthorizedError,
  TokenError,
  UnauthorizedError,
} from "fauna-clerk";
import { describe, expect, test } from "vitest";

const errors = [
  {
    error: new ConfigurationError("no_endpoint", "Pass one."),
    name: "ConfigurationError",
    code: "no_endpoint",
    is: isConfigurationError,
  },
  { error: new TokenError("offline"), name: "TokenError", code: "offline", is: isTokenError },
  {
    error: new UnauthorizedError([{ code: "expired", message: "It expired." }]),
    name: "UnauthorizedError",
    code: "unauthorized",
    is: isUnauthorizedError,
  },
];

const guards = [isConfigurationError, isTokenError, isUnauthorizedError];

describe.each(errors)("$name", ({ error, name, code, is }) => {
  test("has a literal name and a code, which its message repeats", () => {
    expect(error).toMatchObject({ name, code });
    expect(error.message).toContain(`[${code}]`);
  });

  test("has its code as the digest, which is what Next.js tells of a server's errors", () => {
    expect(error.digest).toBe(code);
  });

  test("says where it is documented", () => {
    expect(error.docsPath).toMatch(/^README\.md#/);
  });

  test("is an Error and a FaunaClerkError", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(FaunaClerkError);
  });

  test("is recognised by its own guard alone", () => {
    expect(guards.filter((guard) => guard(error))).toEqual([is]);
  });

  test("is recognised when it comes from another copy of the package", () => {
    expect(is(Object.assign(new Error("copy"), { name, code }))).toBe(true);
  });
});

test.each([undefined, null, "TokenError", { name: "TokenError" }, new Error("other")])(
  "no guard takes %s",
  (value) => {
    expect(guards.filter((guard) => guard(value))).toEqual([]);
  },
);

test("a TokenError keeps its cause", () => {
  const cause = new Error("Clerk's own");
  expect(new TokenError("token_failed", "", { cause }).cause).toBe(cause);
});
