import { render, screen } from "@testing-library/react";
import { fql, type Page } from "fauna";
import { useFaunaClient, useFaunaQuery } from "fauna-clerk";
import { FaunaProvider } from "fauna-clerk/react-router";
import { createFaunaRequest } from "fauna-clerk/server";
import { expect, onTestFinished, test } from "vitest";

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
