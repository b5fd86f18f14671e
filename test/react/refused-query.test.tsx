import { screen } from "@testing-library/react";
import { fql, QueryCheckError } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { expect, test } from "vitest";

import { Failure } from "../../examples/todo/src/Failure";
import { ask, database } from "../../packages/local/test/fql/query";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { renderFauna } from "../support/render-fauna";

const SUMMARY = `error: Type \`Null\` does not have field \`title\`
at *query*:1:16
  |
1 | Todo.byId("1").title
  |                ^^^^^
  |
hint: Use the ! or ?. operator to handle the null case
  |
1 | Todo.byId("1")!.title
  |               +
  |`;

test("a query that the type check refuses says what, where and how to mend it, in its error and on the example's page", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const db = database(
    `Collection.create({ name: "Todo", fields: { title: { signature: "String" } } })`,
  );
  fauna.respond = ({ body }) => ask(db, (JSON.parse(body) as { query: unknown }).query);
  const errors: Error[] = [];
  function Title() {
    const { error, refetch } = useFaunaQuery(fql`Todo.byId("1").title`);
    if (error) errors.push(error);
    return <Failure error={error} retry={() => void refetch()} />;
  }
  renderFauna(<Title />, { clerk, fauna });
  const alert = await screen.findByRole("alert");
  expect(alert.querySelector("pre")?.textContent).toBe(SUMMARY);
  expect(errors[0]).toBeInstanceOf(QueryCheckError);
  expect(errors[0]).toMatchObject({
    code: "invalid_query",
    message: "The query failed 1 validation check",
    queryInfo: { summary: SUMMARY },
  });
});
