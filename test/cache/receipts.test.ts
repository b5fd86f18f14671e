import { QueryClient } from "@tanstack/react-query";
import { fql, TimeStub } from "fauna";
import { expect, test } from "vitest";

import { keyIn, type Scope } from "../../src/cache/keys";
import { recordOf } from "../../src/cache/query-record";
import { applyReceipt } from "../../src/cache/receipts";
import { isMaybeApplied } from "../../src/errors";
import { encodeValues } from "../../src/server/encode-values";
import { connect, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const [one, other] = [fql`one`, fql`other`];

function setUp() {
  const scope: Scope = {
    connection: connect(ada),
    identity: ada.identity,
    cache: new QueryClient(),
  };
  for (const query of [one, other]) scope.cache.setQueryData(keyIn(scope, query), "data");
  const stateOf = (query: unknown) => scope.cache.getQueryState(keyIn(scope, query));
  return { scope, stateOf };
}
const receipt = (value?: unknown, txn: number | null = 5) => ({
  faunaReceiptOf: ada.identity.key,
  txn,
  value: encodeValues({ value }),
});

test("a receipt brings its value, and makes stale what the action may have changed", () => {
  const { scope, stateOf } = setUp();
  const time = TimeStub.from("2026-01-01T00:00:00Z");
  expect(applyReceipt(scope, receipt(time), {})).toEqual(time);
  expect([stateOf(one)?.isInvalidated, stateOf(other)?.isInvalidated]).toEqual([true, true]);
  // What is asked from now on sees it.
  expect(scope.connection.getClient().lastTxnTs).toBe(5);
  const query = scope.cache.getQueryCache().find({ queryKey: keyIn(scope, one) });
  expect(recordOf(query!.queryKey).floor?.txn).toBe(5);
});

test("it may name the queries, or none", () => {
  const { scope, stateOf } = setUp();
  applyReceipt(scope, receipt(), { invalidates: false });
  expect(stateOf(one)?.isInvalidated).toBe(false);
  expect(applyReceipt(scope, receipt(undefined, null), { invalidates: one })).toBeUndefined();
  expect([stateOf(one)?.isInvalidated, stateOf(other)?.isInvalidated]).toEqual([true, false]);
  expect(scope.connection.getClient().lastTxnTs).toBe(5);
});

test("another user's is refused, although it was applied", () => {
  const { scope, stateOf } = setUp();
  scope.connection.identityStore.update(signedIn("bob"));
  let error: unknown;
  try {
    applyReceipt(scope, receipt(), {});
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: "identity_changed" });
  expect(isMaybeApplied(error)).toBe(true);
  expect(stateOf(one)?.isInvalidated).toBe(false);
  expect(scope.connection.getClient().lastTxnTs).toBeUndefined();
});
