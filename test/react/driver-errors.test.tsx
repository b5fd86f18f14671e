import { screen } from "@testing-library/react";
import {
  AbortError,
  ConstraintFailureError,
  fql,
  QueryCheckError,
  QueryRuntimeError,
  ServiceError,
  type Query,
} from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { failure } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeAnswer, type ReceivedRequest, startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

function Failing({ query, onError }: { query: Query<string>; onError(error: Error): void }) {
  const { error } = useFaunaQuery(query);
  if (error) onError(error);
  return <p>{error ? "failed" : "waiting"}</p>;
}

/** The error that a query ends with when it is answered so. */
async function errorOf(
  query: Query<string>,
  respond: (request: ReceivedRequest) => FakeAnswer,
  wrap?: (typeof modes)[number]["wrap"],
) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = respond;
  const errors: Error[] = [];
  renderFauna(<Failing query={query} onError={(error) => void errors.push(error)} />, {
    clerk,
    fauna,
    wrap,
  });
  await screen.findByText("failed");
  return { error: errors[0], requests: fauna.requests };
}

const classes = [
  { code: "invalid_query", of: QueryCheckError },
  { code: "null_value", of: QueryRuntimeError },
  { code: "permission_denied", of: QueryRuntimeError },
  { code: "document_not_found", of: QueryRuntimeError },
  { code: "constraint_failure", of: ConstraintFailureError },
  { code: "abort", of: AbortError },
];

/** A body with what the driver needs to make its class. */
const body = (code: string) => ({
  error: { code, message: "It failed.", constraint_failures: [], abort: "why" },
  summary: "at *query*:1:3",
  txn_ts: 1,
  stats: {},
});

describe.each(modes)("$mode", ({ wrap }) => {
  test.each(classes)("$code reaches error as the driver's own class", async ({ code, of }) => {
    const query = fql<string>`failing(${code})`;
    const { error } = await errorOf(query, () => ({ status: 400, body: body(code) }), wrap);
    expect(error).toBeInstanceOf(of);
    expect(error).toMatchObject({ code, httpStatus: 400, message: "It failed." });
  });

  test("a v4 error reaches error as the driver's own class, its description included", async () => {
    const query = testedDrivers[1]?.query() as Query<string>;
    const respond = (request: ReceivedRequest) =>
      failure(request, 400, "validation failed", { message: "It is not valid." });
    const { error } = await errorOf(query, respond, wrap);
    expect(error).toBeInstanceOf(faunadb.errors.BadRequest);
    expect(error).toMatchObject({ description: "It is not valid." });
  });
});

test("the summary reaches error untouched", async () => {
  const summary = "error: Unbound variable `x`\nat *query*:1:3\n  |\n1 | { x }\n  |   ^\n  |";
  const respond = (request: ReceivedRequest) => failure(request, 400, "invalid_query", { summary });
  const { error } = await errorOf(fql<string>`{ x }`, respond);
  expect(error).toBeInstanceOf(ServiceError);
  expect((error as ServiceError).queryInfo?.summary).toBe(summary);
});

test.each(testedDrivers)("a query's own error is not retried ($driver)", async ({ query }) => {
  const { requests } = await errorOf(query(), (request) => failure(request, 400, "invalid_query"));
  expect(requests).toHaveLength(1);
});
