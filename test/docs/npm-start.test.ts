import { Client, fql, QueryCheckError } from "fauna";
import { expect, onTestFinished, test, vi } from "vitest";

import { startLocalServers } from "../../examples/todo/local-servers";

test("npm start prints a query that the type check refuses with its place and what helps", async () => {
  const printed = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => printed.mockRestore());
  const { fauna, close } = await startLocalServers();
  onTestFinished(close);
  const client = new Client({ endpoint: new URL(fauna.url), secret: fauna.secret });
  await expect(client.query(fql`Todo.byId("1").title`)).rejects.toThrow(QueryCheckError);
  client.close();
  expect(printed.mock.calls).toEqual([
    [
      `
Fauna refused a query.
error: Type \`Null\` does not have field \`title\`
at *query*:1:16
  |
1 | Todo.byId("1").title
  |                ^^^^^
  |
hint: Use the ! or ?. operator to handle the null case
  |
1 | Todo.byId("1")!.title
  |               +
  |`,
    ],
  ]);
});
