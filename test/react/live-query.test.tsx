import { QueryClient } from "@tanstack/react-query";
import { render, waitFor } from "@testing-library/react";
import { type Client, type Document, fql, type Page } from "fauna";
import {
  createFaunaClient,
  FaunaProvider,
  useFaunaLiveQuery,
  type UseFaunaLiveQueryResult,
} from "fauna-clerk";
import { type LocalFauna, startLocalFauna } from "fauna-clerk/local";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { modes } from "../support/modes";

type Todo = Document & { title: string };
const todos = fql<Page<Todo>>`Todo.all()`;

let fauna: LocalFauna;
let admin: Client;

beforeAll(async () => {
  fauna = await startLocalFauna({ record: true });
  admin = createFaunaClient({ endpoint: fauna.url, getToken: async () => fauna.secret });
  await admin.query(fql`Collection.create({ name: "Todo" })`);
});
beforeEach(async () => {
  await admin.query(fql`Todo.all().forEach(.delete())`);
});
afterAll(() => fauna.close());

describe.each(modes)("$mode", ({ wrap }) => {
  test("what others write appears", async () => {
    const seen: UseFaunaLiveQueryResult<Page<Todo>>[] = [];
    function List() {
      seen.push(useFaunaLiveQuery(todos));
      return null;
    }
    await admin.query(fql`Todo.create({ id: "1", title: "one" })`);
    render(
      wrap(
        <FaunaProvider
          endpoint={fauna.url}
          getToken={async () => fauna.secret}
          userId="ada"
          queryClient={new QueryClient()}
        >
          <List />
        </FaunaProvider>,
      ),
    );
    const titles = () => seen.at(-1)?.data?.data.map(({ title }) => title);
    await waitFor(() => expect(seen.at(-1)?.live).toBe("live"));
    expect(titles()).toEqual(["one"]);
    await admin.query(fql`Todo.create({ id: "2", title: "two" })`);
    await waitFor(() => expect(titles()).toEqual(["one", "two"]));
    await admin.query(fql`Todo.byId("1")!.update({ title: "1" })`);
    await waitFor(() => expect(titles()).toEqual(["1", "two"]));
    await admin.query(fql`Todo.byId("1")!.delete()`);
    await waitFor(() => expect(titles()).toEqual(["two"]));
  });
});
