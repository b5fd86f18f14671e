import { inspect } from "node:util";

import { screen, waitFor } from "@testing-library/react";
import { isUnauthorizedError, type UnauthorizedError, useFaunaQuery } from "fauna-clerk";
import type { Query } from "fauna";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { unauthorized } from "../support/fake-answers";
import { ada, createFakeClerk, type FakeClerk } from "../support/fake-clerk";
import { type FakeFauna, type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

/** Makes tokens numbered by forced refresh; the server refuses those of a generation below `valid`. */
function expireTokens(fauna: FakeFauna, clerk: FakeClerk, valid = 1): void {
  let generation = 0;
  let token = clerk.mint({}, { generation });
  clerk.getToken.mockImplementation(async (options) => {
    if (options.skipCache) token = clerk.mint(options, { generation: ++generation });
    return token;
  });
  fauna.respond = (request) =>
    Number(request.claims["generation"]) < valid ? unauthorized(request) : undefined;
}

const forced = ({ getToken }: FakeClerk): number =>
  getToken.mock.calls.filter(([{ skipCache }]) => skipCache).length;

const times = (requests: readonly ReceivedRequest[]): number[] => [
  ...requests
    .reduce(
      (count, { body }) => count.set(body, (count.get(body) ?? 0) + 1),
      new Map<string, number>(),
    )
    .values(),
];

const twenty = Array.from({ length: 20 }, (_, index) => String(index));

/** Hands the error out to the test. */
function Failing({ query, onError }: { query: Query<string>; onError(error: Error): void }) {
  const { error } = useFaunaQuery(query);
  if (error) onError(error);
  return <p>{error ? "failed" : "waiting"}</p>;
}

async function refusedTwice(
  query: Query<string>,
): Promise<{ error: UnauthorizedError; fauna: FakeFauna }> {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = unauthorized;
  const errors: Error[] = [];
  const onError = (error: Error): void => void errors.push(error);
  renderFauna(<Failing query={query} onError={onError} />, { clerk, fauna });
  await screen.findByText("failed");
  const error = errors.find(isUnauthorizedError);
  if (!error) throw new Error("It is no UnauthorizedError.", { cause: errors[0] });
  return { error, fauna };
}

describe.each(testedDrivers)("$driver", ({ driver, query }) => {
  describe.each(variants.filter((each) => each.driver === driver))("$mode", ({ wrap }) => {
    test("20 concurrent 401s cause one forced refresh and one retry each", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      expireTokens(fauna, clerk);
      const hold = fauna.hold();
      const owners = twenty.map((name) => <Owner key={name} query={query(name)} />);
      renderFauna(owners, { clerk, fauna, wrap });
      await hold.reached(20);
      hold.release();
      await waitFor(() => expect(screen.getAllByText(ownerOf(ada))).toHaveLength(20));
      expect(forced(clerk)).toBe(1);
      expect(times(fauna.requests)).toEqual(twenty.map(() => 2));
    });

    test("a 401 that arrives after the refresh finished does not force another", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      expireTokens(fauna, clerk);
      const late = fauna.hold(({ body }) => body.includes("late"));
      const owners = ["early", "late"].map((name) => <Owner key={name} query={query(name)} />);
      renderFauna(owners, { clerk, fauna, wrap });
      await late.reached();
      await screen.findByText(ownerOf(ada));
      late.release();
      await waitFor(() => expect(screen.getAllByText(ownerOf(ada))).toHaveLength(2));
      expect(forced(clerk)).toBe(1);
      expect(times(fauna.requests)).toEqual([2, 2]);
    });

    test("a second 401 becomes an UnauthorizedError, and is not tried a third time", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      fauna.respond = unauthorized;
      clerk.cacheTokens();
      renderFauna(<Owner query={query()} />, { clerk, fauna, wrap });
      await screen.findByText("unauthorized");
      expect(fauna.requests).toHaveLength(2);
      expect(forced(clerk)).toBe(1);
    });
  });

  test("a token that is refused later is refreshed again", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    expireTokens(fauna, clerk, 1);
    const { update } = renderFauna(<Owner query={query("first")} />, { clerk, fauna });
    await screen.findByText(ownerOf(ada));
    fauna.respond = (request) =>
      Number(request.claims["generation"]) < 2 ? unauthorized(request) : undefined;
    update([<Owner key="second" query={query("second")} />]);
    await screen.findByText(ownerOf(ada));
    expect(forced(clerk)).toBe(2);
  });

  test("a failed refresh is the error of all requests that needed it, however late", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = unauthorized;
    const token = clerk.mint();
    clerk.getToken.mockImplementation(async (options) => {
      if (options.skipCache) throw Object.assign(new Error("gone"), { status: 401 });
      return token;
    });
    const late = fauna.hold(({ body }) => body.includes("late"));
    const owners = ["early", "late"].map((name) => <Owner key={name} query={query(name)} />);
    renderFauna(owners, { clerk, fauna });
    await late.reached();
    await screen.findByText("session_ended");
    late.release();
    await waitFor(() => expect(screen.getAllByText("session_ended")).toHaveLength(2));
    expect(times(fauna.requests)).toEqual([1, 1]);
  });

  test("UnauthorizedError gives its reasons, also in its message", async () => {
    const { error } = await refusedTwice(query());
    expect(error.reasons.map(({ code }) => code)).toEqual(["unknown"]);
    expect(error.message).toContain("https://clerk.example.test");
  });

  test("UnauthorizedError never contains the token", async () => {
    const { error, fauna } = await refusedTwice(query());
    const { stack, message } = error;
    const text = inspect(error, { depth: Infinity, showHidden: true });
    const all = [stack, message, text, JSON.stringify(error), String(error)].join("\n");
    for (const { token } of fauna.requests)
      for (const part of token.split(".")) expect(all).not.toContain(part);
  });
});
