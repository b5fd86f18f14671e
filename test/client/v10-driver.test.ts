import { FaunaError, fql, NetworkError } from "fauna";
import { describe, expect, test } from "vitest";

import { createTokens } from "../../src/auth/fetch-with-token";
import { createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { networkError } from "../../src/client/network-error";
import { createTransport } from "../../src/client/transport";
import {
  createV10Driver,
  type FaunaClientConfiguration,
  isTransientStatus,
} from "../../src/client/v10-driver";

function createDriver(configuration?: FaunaClientConfiguration) {
  const identity = createIdentity("signed-in", "fauna", { userId: "ada" });
  const store = createIdentityStore({ identity, template: "fauna", getToken: async () => null });
  const endpoint = new URL("https://fauna.test");
  const transport = createTransport(endpoint, store, createTokens(store));
  return createV10Driver({ transport, endpoint }, configuration);
}

test.each([
  [409, true],
  [429, true],
  [440, true],
  [500, true],
  [503, true],
  [undefined, false],
  [400, false],
  [404, false],
  [499, false],
])("a failure with status %s may pass: %o", (status, passes) => {
  expect(isTransientStatus(status)).toBe(passes);
  expect(createDriver().isTransient({ httpStatus: status })).toBe(passes);
});

test.each([
  [new NetworkError("No.", { cause: undefined }), true],
  [new Error("No."), false],
  [null, false],
  [undefined, false],
])("%s may pass: %o", (error, passes) => {
  expect(createDriver().isTransient(error)).toBe(passes);
});

test("what the driver does not know is a network error, with its cause and a text", () => {
  const cause = new TypeError("Failed to fetch");
  const error = networkError(cause);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error).toMatchObject({ cause, message: expect.stringContaining("network") as string });
  expect(networkError(error)).toBe(error);
  expect(error).toBeInstanceOf(FaunaError);
});

describe("a query", () => {
  test.each([
    [fql`1`, true],
    [null, false],
    [undefined, false],
    ["1", false],
    [{ encode: "1" }, false],
  ])("is what can be encoded: %j", (query, isOne) => {
    expect(createDriver().accepts(query)).toBe(isOne);
  });

  test("has a key of what changes its answer: of its own options, or else the client's", () => {
    const driver = createDriver({ long_type: "bigint", format: "tagged", query_timeout_ms: 7 });
    const key = driver.key(fql`f(${1})`, {
      long_type: "number",
      arguments: { a: 1 },
      linearized: true,
    });
    expect(key).toEqual({
      ...fql`f(${1})`.encode(),
      arguments: { a: { "@int": "1" } },
      format: "tagged",
      long_type: "number",
      typecheck: undefined,
    });
    expect(createDriver().key(fql`1`, {})).toEqual(fql`1`.encode());
  });
});
