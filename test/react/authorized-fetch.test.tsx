import { waitFor } from "@testing-library/react";
import { type Client, fql } from "fauna";
import { useFaunaClient } from "fauna-clerk";
import { type AuthorizedFetch, useAuthorizedFetch } from "fauna-clerk/fetch";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { ada, bob, createFakeClerk, type Who } from "../support/fake-clerk";
import { createFakeStream, startFakeFauna } from "../support/fake-fauna";
import { identityChanges } from "../support/identity-changes";
import { type Mode, modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

/** What one render was given. */
interface Given {
  readonly fetch: AuthorizedFetch;
  readonly client: Client;
}

function Give({ url, to }: { url: string | URL; to(given: Given): void }) {
  to({ fetch: useAuthorizedFetch(url), client: useFaunaClient() });
  return null;
}

/** An app at a Fauna server and at another, which is the one that its `fetch` is for. */
async function setUp(who: Who | null | undefined, wrap: Mode["wrap"]) {
  const [fauna, server, clerk] = [
    await startFakeFauna(),
    await startFakeFauna(),
    createFakeClerk(who),
  ];
  const given: Given[] = [];
  const give = (url: string | URL = `${server.url}/graphql`) => (
    <Give url={url} to={(each) => void given.push(each)} />
  );
  const app = renderFauna(give(), { clerk, fauna, wrap });
  /** What the latest render was given. */
  const last = (): Given => given.at(-1)!;
  return { fauna, server, clerk, app, give, last };
}

const changed = { name: "TokenError", code: "identity_changed" };

describe.each(modes)("$mode", ({ wrap }) => {
  test("sends the token of the user who is signed in, a new one each time", async () => {
    const { server, last } = await setUp(ada, wrap);
    await last().fetch(server.url);
    await last().fetch(server.url);
    expect(server.requests.map(({ claims }) => claims["sub"])).toEqual(["ada", "ada"]);
    expect(new Set(server.requests.map(({ token }) => token)).size).toBe(2);
  });

  test("is the same function while identity and origin are the same", async () => {
    const { server, clerk, app, give, last } = await setUp(ada, wrap);
    const { fetch } = last();
    clerk.become({ ...ada });
    clerk.unload();
    clerk.load();
    app.update(give(new URL(`${server.url}/other`)));
    expect(last().fetch).toBe(fetch);
  });

  test("is another function for another origin", async () => {
    const { fauna, server, app, give, last } = await setUp(ada, wrap);
    const { fetch } = last();
    app.update(give(fauna.url));
    expect(last().fetch).not.toBe(fetch);
    await expect(last().fetch(server.url)).rejects.toMatchObject({ code: "foreign_origin" });
  });

  test("waits while Clerk loads, then sends as the user who is signed in", async () => {
    const { server, clerk, last } = await setUp(undefined, wrap);
    const response = last().fetch(server.url);
    expect([clerk.getToken.mock.calls, server.requests]).toEqual([[], []]);
    clerk.become(ada);
    expect((await response).status).toBe(200);
    expect(server.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });

  test.each<[string, Who | null | undefined]>([
    ["Clerk was loading", undefined],
    ["nobody was signed in", null],
  ])("a function made while %s serves only the first user who signs in", async (_, who) => {
    const { server, clerk, last } = await setUp(who, wrap);
    const { fetch } = last();
    clerk.become(ada);
    await fetch(server.url);
    clerk.become(bob);
    await expect(fetch(server.url)).rejects.toMatchObject(changed);
    expect(server.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });

  test("while nobody is signed in it rejects, and sends nothing", async () => {
    const { server, last } = await setUp(null, wrap);
    await expect(last().fetch(server.url)).rejects.toMatchObject({ code: "signed_out" });
    expect(server.requests).toEqual([]);
  });

  test("waits while Clerk is in the middle of a change", async () => {
    const { server, clerk, last } = await setUp(ada, wrap);
    clerk.unload();
    const response = last().fetch(server.url);
    expect(clerk.getToken).not.toHaveBeenCalled();
    clerk.load();
    expect((await response).status).toBe(200);
  });

  test("never sends another user's token that Clerk returns for a moment", async () => {
    const { server, clerk, last } = await setUp(ada, wrap);
    clerk.switchTokens(bob);
    const response = last().fetch(server.url);
    await waitFor(() => expect(clerk.getToken).toHaveBeenCalled());
    clerk.switchTokens(ada);
    await response;
    expect(server.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });

  describe.each(identityChanges)("upon $change", ({ who, template }) => {
    async function setUpChange() {
      const all = await setUp(ada, wrap);
      const { clerk, app, give } = all;
      const change = (): void => {
        if (template === undefined) clerk.become(who);
        else app.update(give(), { template });
      };
      return { ...all, change };
    }

    test("running requests are aborted", async () => {
      const { server, last, change } = await setUpChange();
      const hold = server.hold();
      const response = last().fetch(server.url);
      await hold.reached();
      change();
      await expect(response).rejects.toMatchObject(changed);
      await waitFor(() => expect(server.requests[0]?.aborted).toBe(true));
    });

    test("a response that still arrives is dropped", async () => {
      const { server, last, change } = await setUpChange();
      let answer!: (response: Response) => void;
      // A fetch that does not heed its signal.
      const fetched = vi.fn(() => new Promise((resolve) => (answer = resolve)));
      vi.stubGlobal("fetch", fetched);
      onTestFinished(() => void vi.unstubAllGlobals());
      const response = last().fetch(server.url);
      await waitFor(() => expect(fetched).toHaveBeenCalled());
      change();
      answer(new Response("Ada's"));
      await expect(response).rejects.toMatchObject(changed);
    });

    test("the rest of a response's body is dropped", async () => {
      const { server, last, change } = await setUpChange();
      const stream = createFakeStream();
      stream.write(`{"data":`);
      server.respond = () => ({ stream });
      const json = (await last().fetch(server.url)).json();
      change();
      stream.write(`"Ada's"}`);
      stream.end();
      await expect(json).rejects.toMatchObject(changed);
    });

    test("the hook returns another function, and the old one sends nothing more", async () => {
      const { server, last, change } = await setUpChange();
      const { fetch } = last();
      change();
      expect(last().fetch).not.toBe(fetch);
      await expect(fetch(server.url)).rejects.toMatchObject(changed);
      expect(server.requests).toEqual([]);
    });
  });

  test("authorized fetch and Fauna queries share one forced refresh", async () => {
    const { fauna, server, clerk, last } = await setUp(ada, wrap);
    clerk.cacheTokens();
    const refused = await clerk.getToken({ template: "fauna" });
    for (const each of [fauna, server])
      each.respond = ({ token }) => (token === refused ? { status: 401, body: {} } : undefined);
    const { client, fetch } = last();
    const holds = [fauna.hold(), server.hold()];
    const answers = Promise.all([client.query(fql`1`), fetch(server.url)]);
    await Promise.all(holds.map((hold) => hold.reached()));
    for (const hold of holds) hold.release();
    const [, response] = await answers;
    expect(response.status).toBe(200);
    const forced = clerk.getToken.mock.calls.filter(([{ skipCache }]) => skipCache);
    expect(forced).toHaveLength(1);
  });

  test("unmounting aborts running requests", async () => {
    const { server, app, last } = await setUp(ada, wrap);
    const hold = server.hold();
    const response = last().fetch(server.url);
    await hold.reached();
    app.unmount();
    await expect(response).rejects.toMatchObject(changed);
  });
});
