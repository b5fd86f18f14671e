import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { FaunaProvider, useFaunaSuspenseQuery } from "fauna-clerk";
import { type ReactNode, startTransition, useDeferredValue, useState, useTransition } from "react";
import { beforeEach, describe, expect, test } from "vitest";

import { Boundary } from "../support/boundary";
import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { stopDate } from "../support/stop-date";
import { makeToken } from "../support/token";

beforeEach(stopDate);

function Title({ id }: { id: string }) {
  const { data } = useFaunaSuspenseQuery(fql<string>`title(${id})`);
  return <p data-testid="title">{data}</p>;
}

const title = (): string | null => screen.getByTestId("title").textContent;

describe.each(modes)("$mode", ({ wrap }) => {
  async function setUp(children: ReactNode) {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = (request) =>
      success(request, `title ${JSON.parse(request.body).query.fql[1].value}`);
    renderFauna(children, { clerk, fauna, wrap });
    await waitFor(() => expect(title()).toBe("title 1"));
    return fauna;
  }

  test("a transition to another query keeps the screen until the data is there", async () => {
    function App() {
      const [id, setId] = useState("1");
      const [isPending, start] = useTransition();
      return (
        <>
          <button onClick={() => start(() => setId("2"))}>{isPending ? "pending" : "next"}</button>
          <Boundary>
            <Title id={id} />
          </Boundary>
        </>
      );
    }
    const fauna = await setUp(<App />);
    const hold = fauna.hold();
    fireEvent.click(screen.getByText("next"));
    await hold.reached();
    await screen.findByText("pending");
    expect(title()).toBe("title 1");
    expect(screen.queryByTestId("fallback")).toBeNull();
    hold.release();
    await screen.findByText("next");
    expect(title()).toBe("title 2");
    expect(fauna.requests).toHaveLength(2);
  });

  test("a transition that is overtaken by another ends with the last query", async () => {
    let go: (id: string) => void = () => undefined;
    function App() {
      const [id, setId] = useState("1");
      go = (next) => startTransition(() => setId(next));
      return (
        <Boundary>
          <Title id={id} />
        </Boundary>
      );
    }
    const fauna = await setUp(<App />);
    const hold = fauna.hold();
    act(() => go("2"));
    await hold.reached(1);
    act(() => go("3"));
    await hold.reached(2);
    hold.release();
    await waitFor(() => expect(title()).toBe("title 3"));
    expect(fauna.requests).toHaveLength(3);
  });

  test("a deferred value shows the previous data until the next is there", async () => {
    function App() {
      const [id, setId] = useState("1");
      const deferred = useDeferredValue(id);
      return (
        <>
          <button onClick={() => setId("2")}>{id === deferred ? "same" : "behind"}</button>
          <Boundary>
            <Title id={deferred} />
          </Boundary>
        </>
      );
    }
    const fauna = await setUp(<App />);
    const hold = fauna.hold();
    fireEvent.click(screen.getByText("same"));
    await hold.reached();
    await screen.findByText("behind");
    expect(title()).toBe("title 1");
    hold.release();
    await screen.findByText("same");
    expect(title()).toBe("title 2");
    expect(fauna.requests).toHaveLength(2);
  });
});

test("a change of user in a transition takes effect", async () => {
  const fauna = await startFakeFauna();
  let become: (userId: string) => void = () => undefined;
  function Name() {
    return <p data-testid="title">{useFaunaSuspenseQuery(fql<string>`name()`).data}</p>;
  }
  function App() {
    const [userId, setUserId] = useState("ada");
    become = (next) => startTransition(() => setUserId(next));
    return (
      <FaunaProvider
        endpoint={fauna.url}
        userId={userId}
        getToken={async () => makeToken({ sub: userId })}
      >
        <Boundary>
          <Name />
        </Boundary>
      </FaunaProvider>
    );
  }
  const { render } = await import("@testing-library/react");
  render(<App />);
  await waitFor(() => expect(title()).toContain("ada"));
  act(() => become("bob"));
  await waitFor(() => expect(title()).toContain("bob"));
});
