import { beforeEach, describe, expect, test } from "vitest";

import { compareIds } from "../../src/live/rows";
import { stopTime } from "../support/event-server";
import { connect } from "../support/signed-in";
import { eventAt, updateQuery } from "../support/updated-query";

let pass: (ms?: number) => Promise<void>;
beforeEach(() => void (pass = stopTime()));

describe("who follows", () => {
  test("gets rows by another order once it passes one", async () => {
    const orders: ((() => number) | undefined)[] = [undefined];
    const { come, rows } = updateQuery({ orders });
    await pass();
    const seen = [rows.rules];
    const [one, other] = [() => 0, () => 1];
    for (const next of [[undefined], [one], [one, one], [one, other], [one], []]) {
      orders.splice(0, Infinity, ...next);
      await come([eventAt(10 + seen.length)]);
      seen.push(rows.rules);
      await pass(16);
    }
    expect(seen[0]?.compare).toBe(compareIds);
    expect(seen.map((rules, index) => rules === seen[index - 1])).toEqual([
      ...[false, true, false, false, false, false, false],
    ]);
    expect(seen[2]?.compare).not.toBe(compareIds);
  });

  test("gets rows that a refetch has to tell, in the driver's other formats", () => {
    const simple = connect(undefined, { client: { format: "simple" } as never });
    expect(updateQuery().rows.rules.isUncertain).toBeFalsy();
    expect(updateQuery({ request: { format: undefined } }).rows.rules.isUncertain).toBeFalsy();
    expect(updateQuery({ request: { format: "simple" } }).rows.rules.isUncertain).toBe(true);
    expect(updateQuery({ connection: simple }).rows.rules.isUncertain).toBe(true);
  });
});

test("what a row has in common with the one before it keeps its identity", () => {
  const old = { id: "1", tags: ["a"] };
  const next = { id: "1", tags: ["a"], n: 2 };
  const shared = updateQuery().rows.rules.share(old, next) as typeof next;
  expect([shared, shared.tags === old.tags]).toEqual([next, true]);
});
