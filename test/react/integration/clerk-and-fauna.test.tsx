import { screen, waitFor } from "@testing-library/react";
import { type Client, fql, type Query } from "fauna";
import { useFaunaAuth, useFaunaClient, useFaunaQuery } from "fauna-clerk";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import {
  signInAs,
  signOut,
  switchOrganization,
  switchToUser,
} from "../../support/clerk/clerk-controls";
import { v4Expression } from "../../support/drivers";
import { mount, ways } from "./support";

/** What is the same in either mode needs each SDK and each version of HTTP once. */
const otherWays = ways.filter(({ mode }) => mode === "plainly");

const whoAmI = fql<string>`Query.token()!.sub`;
const whichOrganization = fql<string | null>`Query.token()!.org`;
const titles = fql<string[]>`Todo.all().order(.title).map(.title).toArray()`;

function Shown({ query, as }: { query: Query<string | string[] | null>; as: string }) {
  const { data, error, loading } = useFaunaQuery(query, { retryDelay: 1 });
  const code = error && "code" in error ? String(error.code) : error?.message;
  return (
    <p data-testid={as}>{loading ? "loading" : (code ?? JSON.stringify(data) ?? "nothing")}</p>
  );
}

function V4Identity() {
  const { data, loading } = useFaunaQuery<string>(v4Expression(faunadb.query.CurrentIdentity()));
  return <p data-testid="v4">{loading ? "loading" : (data ?? "nothing")}</p>;
}

/** What one render showed: no render may show one user's answer to another. */
type Frame = readonly [userId: string | null, data: string | undefined];

function Recorded({ record }: { record(frame: Frame): void }) {
  const { userId } = useFaunaAuth();
  const { data } = useFaunaQuery(whoAmI);
  record([userId, data]);
  return <p data-testid="who">{data ?? "nothing"}</p>;
}

/** Hands out the client, and shows whose it is. */
function GiveClient({ to }: { to(client: Client): void }) {
  to(useFaunaClient());
  return <p data-testid="client">{useFaunaAuth().userId}</p>;
}

const shows = (testId: string, text: string): Promise<void> =>
  waitFor(() => expect(screen.getByTestId(testId).textContent).toBe(text));

const add = (client: Client, title: string): Promise<unknown> =>
  client.query(fql`Todo.create({ title: ${title}, owner: Query.token()!.sub })`);

describe.each(ways)("$name over $protocol, $mode", (way) => {
  test("FQL v10 and v4 see the user who signs in", async () => {
    const children = [<Shown key="v10" query={whoAmI} as="v10" />, <V4Identity key="v4" />];
    const { clerk } = await mount(way, children);
    await shows("v10", "nothing");
    await signInAs(clerk, "user_ada");
    await shows("v10", '"user_ada"');
    await shows("v4", "user_ada");
  });

  test("a switch of user, back and sign-out never show one user's data to another", async () => {
    const frames: Frame[] = [];
    const recorded = <Recorded record={(frame) => void frames.push(frame)} />;
    const { clerk, cache } = await mount(way, recorded);
    await signInAs(clerk, "user_ada");
    await shows("who", "user_ada");
    await signInAs(clerk, "user_grace");
    await shows("who", "user_grace");
    await switchToUser(clerk, "user_ada");
    await shows("who", "user_ada");
    await signOut(clerk);
    await shows("who", "nothing");
    expect(frames.filter(([userId, data]) => data !== undefined && data !== userId)).toEqual([]);
    await waitFor(() =>
      expect(cache.getQueriesData({}).filter(([, data]) => data !== undefined)).toEqual([]),
    );
  });

  test("a switch of organization asks again, with that organization's token", async () => {
    const shown = <Shown query={whichOrganization} as="org" />;
    const { clerk } = await mount(way, shown);
    await signInAs(clerk, "user_ada");
    await shows("org", "null");
    await switchOrganization(clerk, "org_navy");
    await shows("org", '"org_navy"');
    await switchOrganization(clerk, "org_engine");
    await shows("org", '"org_engine"');
  });

  test("a role's predicate lets each user see only documents of their own", async () => {
    let client!: Client;
    const children = [
      <Shown key="titles" query={titles} as="titles" />,
      <GiveClient key="client" to={(given) => (client = given)} />,
    ];
    const { clerk, cache } = await mount(way, children);
    await signInAs(clerk, "user_ada");
    await shows("client", "user_ada");
    await add(client, "Ada's");
    await cache.invalidateQueries();
    await shows("titles", `["Ada's"]`);
    await signInAs(clerk, "user_grace");
    await shows("titles", "[]");
    await add(client, "Grace's");
    await cache.invalidateQueries();
    await shows("titles", `["Grace's"]`);
  });

  test("a token that is refused is refreshed once", async () => {
    const { clerk, fauna, local } = await mount(way, <Shown query={whoAmI} as="v10" />);
    const body = { error: { code: "unauthorized", message: "Access token required" } };
    fauna.faults.respond({ status: 401, body });
    await signInAs(clerk, "user_ada");
    await shows("v10", '"user_ada"');
    const minted = local.requests.filter(({ path }) => path.endsWith("/tokens/fauna"));
    expect([fauna.requests.length, minted.length]).toEqual([2, 2]);
  });
});

describe.each(otherWays)("$name over $protocol", (way) => {
  test("a template without aud is an UnauthorizedError", async () => {
    const { clerk, local } = await mount(way, <Shown query={whoAmI} as="v10" />);
    local.setTemplate("fauna", { claims: {} });
    await signInAs(clerk, "user_ada");
    await shows("v10", "unauthorized");
  });

  test("a missing template is template_not_found", async () => {
    const shown = <Shown query={whoAmI} as="v10" />;
    const { clerk, fauna } = await mount(way, shown, { template: "missing" });
    await signInAs(clerk, "user_ada");
    await shows("v10", "template_not_found");
    expect(fauna.requests).toEqual([]);
  });

  test("a driver's error reaches the component", async () => {
    const forbidden = fql<string>`Todo.create({ title: "x", owner: "user_grace" })`;
    const { clerk } = await mount(way, <Shown query={forbidden} as="v10" />);
    await signInAs(clerk, "user_ada");
    await shows("v10", "permission_denied");
  });

  test("pages, and then a stream, come with the user's token", async () => {
    let client!: Client;
    const give = <GiveClient to={(given) => (client = given)} />;
    const { clerk } = await mount(way, give);
    await signInAs(clerk, "user_ada");
    await shows("client", "user_ada");
    for (const title of ["a", "b", "c"]) await add(client, title);
    const pages: number[] = [];
    for await (const page of client.paginate(fql`Todo.all().pageSize(2)`)) pages.push(page.length);
    expect(pages).toEqual([2, 1]);
    const stream = client.stream<{ title: string }>(fql`Todo.all().eventSource()`);
    const events = stream[Symbol.asyncIterator]();
    const next = events.next();
    await add(client, "d");
    const { value } = (await next) as { value: { type: string; data: { title: string } } };
    expect([value.type, value.data.title]).toEqual(["add", "d"]);
    stream.close();
  });
});
