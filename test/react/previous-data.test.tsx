import { keepPreviousData } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { success } from "../support/fake-answers";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { createFrames, expectOwnDataOnly, ownerOf, Watcher } from "../support/watcher";
import { variants } from "../support/variants";

const options = { placeholderData: keepPreviousData };

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("keepPreviousData does not leak across users", async () => {
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(ada), createFrames()];
    const watcher = <Watcher clerk={clerk} frames={frames} query={query()} options={options} />;
    renderFauna(watcher, { clerk, fauna, wrap });
    await screen.findByText(ownerOf(ada));
    const hold = fauna.hold();
    clerk.become(bob);
    await hold.reached();
    expect(screen.getByTestId("watched").textContent).toBe("loading");
    hold.release();
    await screen.findByText(ownerOf(bob));
    expectOwnDataOnly(frames);
  });

  test("keepPreviousData does not outlive the sign-out", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    renderFauna(<Owner query={query()} options={options} />, { clerk, fauna, wrap });
    await screen.findByText(ownerOf(ada));
    clerk.become(null);
    await screen.findByText("nothing");
  });

  test("keepPreviousData keeps the same user's data while another query loads", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = (request, index) => success(request, `answer ${index}`);
    const owner = (name: string) => <Owner query={query(name)} options={options} />;
    const { update } = renderFauna(owner("first"), { clerk, fauna, wrap });
    await screen.findByText("answer 0");
    const hold = fauna.hold();
    update(owner("second"));
    await hold.reached();
    expect(screen.getByTestId("owner").textContent).toBe("answer 0");
    hold.release();
    await waitFor(() => expect(screen.getByTestId("owner").textContent).toBe("answer 1"));
  });
});
