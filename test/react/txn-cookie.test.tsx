import { render, screen } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { createFaunaClient, useFaunaClient, useFaunaQuery } from "fauna-clerk";
import { FaunaProvider } from "fauna-clerk/react-router";
import { createFaunaRequest } from "fauna-clerk/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { keepTxnCookie } from "../../src/react/txn-cookie";
import { success } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { serverAuth } from "../support/server-auth";
import { makeToken } from "../support/token";

function Todos({ onClient }: { onClient: (write: () => Promise<unknown>) => void }) {
  const client = useFaunaClient();
  onClient(() => client.query(fql`Todo.create({})`));
  return <p>{useFaunaQuery(fql<Page<string>>`Todo.all()`).data?.data.join(" ")}</p>;
}

const txn = (): string | undefined => /fauna-txn=(\d+)/.exec(document.cookie)?.[1];

test.each(modes)(
  "what the browser has written is seen by the server's next render, $mode",
  async ({ wrap }) => {
    onTestFinished(() => void (document.cookie = "fauna-txn=; max-age=0; path=/"));
    const fauna = await startFakeFauna();
    fauna.respond = (asked, index) =>
      success(asked, { "@set": { data: [`answer ${index}`] } }, 10 + index);
    let write!: () => Promise<unknown>;
    const { unmount } = render(
      wrap(
        <FaunaProvider
          endpoint={fauna.url}
          userId="ada"
          getToken={async () => makeToken({ sub: "ada" })}
        >
          <Todos onClient={(call) => (write = call)} />
        </FaunaProvider>,
      ),
    );
    await screen.findByText("answer 0");
    expect(txn()).toBe("10");
    await write();
    expect(txn()).toBe("11");
    // The number, and nothing else.
    expect(document.cookie.split("; ").filter((each) => each.includes("fauna"))).toEqual([
      "fauna-txn=11",
    ]);
    const { cookie } = document;
    await createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada"), cookie }).query(
      fql`1`,
    );
    expect(fauna.requests[2]!.headers["x-last-txn-ts"]).toBe("11");
    unmount();
  },
);

test("the cookie is of the endpoint that the provider has now", async () => {
  onTestFinished(() => void (document.cookie = "fauna-txn=; max-age=0; path=/"));
  const [fauna, other] = [await startFakeFauna(), await startFakeFauna()];
  fauna.respond = (asked) => success(asked, { "@set": { data: ["one"] } }, 10);
  other.respond = (asked) => success(asked, { "@set": { data: ["other"] } }, 20);
  const getToken = async () => makeToken({ sub: "ada" });
  const tree = (endpoint: string) => (
    <FaunaProvider endpoint={endpoint} userId="ada" getToken={getToken}>
      <Todos onClient={() => {}} />
    </FaunaProvider>
  );
  const { rerender } = render(tree(fauna.url));
  await screen.findByText("one");
  expect(txn()).toBe("10");
  rerender(tree(other.url));
  await screen.findByText("other");
  expect(txn()).toBe("20");
});

describe("the cookie of a client", () => {
  const setUp = async (protocol = "http:") => {
    vi.stubGlobal("location", { protocol });
    onTestFinished(() => void vi.unstubAllGlobals());
    const cookie = vi.spyOn(document, "cookie", "set").mockReturnValue();
    const fauna = await startFakeFauna();
    fauna.respond = (asked, index) => success(asked, null, 10 + index);
    const client = createFaunaClient({
      endpoint: fauna.url,
      userId: "ada",
      getToken: async () => makeToken({ sub: "ada" }),
    });
    return { client, stop: keepTxnCookie(client), cookie };
  };
  const written = ({ mock }: { mock: { calls: string[][] } }) => mock.calls.flat();

  test.each([
    ["http:", /^fauna-txn=10(?!.*secure)/],
    ["https:", /^fauna-txn=10.*; secure$/],
  ])("is as safe as the page is: %s", async (protocol, expected) => {
    const { client, cookie } = await setUp(protocol);
    await client.query(fql`1`);
    expect(written(cookie)).toEqual([expect.stringMatching(expected)]);
    expect(written(cookie)[0]).toMatch(/^[a-z0-9=;/ -]+$/i);
  });

  test("is written when the time of a transaction is set, and not without one", async () => {
    const { client, cookie } = await setUp();
    client.lastTxnTs = undefined;
    expect(written(cookie)).toEqual([]);
    client.lastTxnTs = 7;
    expect(client.lastTxnTs).toBe(7);
    expect(written(cookie)).toEqual([expect.stringContaining("fauna-txn=7")]);
  });

  test("is let alone once nobody keeps it", async () => {
    const { client, stop, cookie } = await setUp();
    client.lastTxnTs = 7;
    stop();
    expect(Object.keys(client)).not.toContain("query");
    expect(Object.getOwnPropertyDescriptor(client, "lastTxnTs")?.get).toBeUndefined();
    await client.query(fql`1`);
    client.lastTxnTs = 99;
    expect(written(cookie)).toHaveLength(1);
  });
});

test.each(["fauna-txn=9999999999999999", "fauna-txn=1a", "fauna-txn=", "other-fauna-txn=5"])(
  "a server ignores the cookie %s",
  async (cookie) => {
    const fauna = await startFakeFauna();
    await createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada"), cookie }).query(
      fql`1`,
    );
    expect(fauna.requests[0]!.headers).not.toHaveProperty("x-last-txn-ts");
  },
);
