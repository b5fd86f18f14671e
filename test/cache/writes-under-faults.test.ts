import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { createFaunaClient, faunaMutationOptions, isMaybeApplied } from "fauna-clerk";
import { faunaV4 } from "fauna-clerk/v4";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { v4Expression } from "../support/drivers";
import { failure, success, unauthorized } from "../support/fake-answers";
import { type FakeAnswer, type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import { runs, seededRandom } from "../support/runs";
import { makeToken } from "../support/token";

const { query: q } = faunadb;
const WRITES = runs(100).numRuns;

type Fault = (request: ReceivedRequest, apply: () => void) => FakeAnswer;

const applied =
  (answer: (request: ReceivedRequest) => FakeAnswer): Fault =>
  (request, apply) => {
    apply();
    return answer(request);
  };
const refused =
  (answer: (request: ReceivedRequest) => FakeAnswer): Fault =>
  (request) =>
    answer(request);

/** What can become of a write, and of the answer to it. */
const faults: readonly Fault[] = [
  applied((request) => success(request, "done")),
  applied(() => ({ drop: true })),
  applied((request) => failure(request, 503, "time_out")),
  applied((request) => failure(request, 440, "time_out")),
  applied((request) => failure(request, 500, "internal_error")),
  applied(() => ({ body: '{"data":' })),
  applied(() => ({ status: 502, body: "<html>Bad Gateway</html>" })),
  refused(() => ({ drop: true })),
  refused((request) => failure(request, 503, "time_out")),
  refused((request) => failure(request, 429, "limit_exceeded")),
  refused((request) => failure(request, 409, "contended_transaction")),
  refused((request) => failure(request, 400, "constraint_failure")),
  refused(unauthorized),
];

const builds = [
  { driver: "v10", build: (id: number) => fql<string>`write(${`id-${id}-`})` },
  { driver: "v4", build: (id: number) => v4Expression(q.Call("write", `id-${id}-`)) },
];

describe.each(builds)("$driver", ({ build }) => {
  test("under random faults each write is applied as its result says, unless its error is marked, and never twice", async () => {
    const random = seededRandom();
    const times = new Map<string, number>();
    const fauna = await startFakeFauna();
    fauna.respond = (request) => {
      const id = /id-(\d+)-/.exec(request.body)?.[1] ?? "none";
      const fault = faults[Math.floor(random() * faults.length)]!;
      return fault(request, () => times.set(id, (times.get(id) ?? 0) + 1));
    };
    const client = createFaunaClient({
      endpoint: fauna.url,
      drivers: [faunaV4()],
      getToken: () => Promise.resolve(random() < 0.9 ? makeToken({ sub: "ada" }) : null),
      userId: "ada",
    });
    const cache = new QueryClient();
    const options = faunaMutationOptions({ client }, build as (id: number) => never, {
      retryDelay: 0,
    });

    const told = await Promise.all(
      Array.from({ length: WRITES }, (_, id) =>
        new MutationObserver(cache, options).mutate(id).then(
          () => "applied",
          (error: unknown) => (isMaybeApplied(error) ? "maybe" : "not applied"),
        ),
      ),
    );

    const isApplied = (id: number): boolean => times.has(String(id));
    const all = told.map((outcome, id) => ({ outcome, id }));
    const wrong = all.filter(
      ({ outcome, id }) => outcome !== "maybe" && (outcome === "applied") !== isApplied(id),
    );
    expect(wrong).toEqual([]);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    const marked = all.filter(({ outcome }) => outcome === "maybe");
    const confirmed = all.filter(({ outcome }) => outcome === "applied");
    expect(times.size).toBe(confirmed.length + marked.filter(({ id }) => isApplied(id)).length);
    // Every outcome has been seen, and both kinds of marked ones.
    expect(new Set(told)).toEqual(new Set(["applied", "maybe", "not applied"]));
    expect(new Set(marked.map(({ id }) => isApplied(id)))).toEqual(new Set([true, false]));
  });
});
