import { expect, test } from "vitest";

import { txnCookie } from "../../src/client/txn-cookie";
import { txnInCookie } from "../../src/server/txn-in-cookie";

test("the time of a transaction is told by a cookie of the whole site, for five minutes", () => {
  expect(txnCookie(42)).toBe("fauna-txn=42; path=/; max-age=300; samesite=lax");
  expect(txnInCookie(txnCookie(42))).toBe(42);
});
