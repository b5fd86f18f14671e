import { describe, expect, test } from "vitest";

import { eventually } from "../support/eventually";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

const owners = (): (string | null)[] =>
  [...document.querySelectorAll("[data-testid=owner]")].map(({ textContent }) => textContent);

const allShown = (): Promise<void> =>
  eventually(() => expect(owners()).toEqual(fifty.map(() => ownerOf(ada))));

const fifty = Array.from({ length: 50 }, (_, index) => String(index));

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test("50 components mounting the same query make one HTTP request with one getToken call", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const components = fifty.map((id) => <Owner key={id} query={query("same")} />);
    renderFauna(components, { clerk, fauna, wrap });
    await allShown();
    expect(fauna.requests).toHaveLength(1);
    expect(clerk.getToken).toHaveBeenCalledTimes(1);
  });

  test("50 different queries at once make 50 requests", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const components = fifty.map((id) => <Owner key={id} query={query(id)} />);
    renderFauna(components, { clerk, fauna, wrap });
    await allShown();
    expect(new Set(fauna.requests.map(({ body }) => body)).size).toBe(50);
    expect(fauna.requests).toHaveLength(50);
  });
});
