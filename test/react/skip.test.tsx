import { act, screen } from "@testing-library/react";
import { useFaunaQuery } from "fauna-clerk";
import { describe, expect, test } from "vitest";

import { testedDrivers } from "../support/drivers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { ownerOf } from "../support/watcher";

const skips = [{ skip: null }, { skip: undefined }, { skip: false }] as const;

describe.each(modes)("$mode", ({ wrap }) => {
  test.each(skips)("$skip skips the query", async ({ skip }) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    renderFauna(<Owner query={skip as null} />, { clerk, fauna, wrap });
    await screen.findByText("nothing");
    expect(clerk.getToken).not.toHaveBeenCalled();
    expect(fauna.requests).toEqual([]);
  });

  test.each(skips)("$skip is not loading while Clerk is loading", async ({ skip }) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk()];
    renderFauna(<Owner query={skip as null} />, { clerk, fauna, wrap });
    await screen.findByText("nothing");
  });

  describe.each(testedDrivers)("$driver", ({ query }) => {
    test("a skipped query runs once it is known", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const { update } = renderFauna(<Owner query={null} />, { clerk, fauna, wrap });
      update(<Owner query={query()} />);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(1);
    });

    test("enabled: false sends nothing until it is true", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const owner = (enabled: boolean) => <Owner query={query()} options={{ enabled }} />;
      const { update } = renderFauna(owner(false), { clerk, fauna, wrap });
      expect(screen.getByText("nothing")).toBeDefined();
      expect(fauna.requests).toEqual([]);
      update(owner(true));
      await screen.findByText(ownerOf(ada));
    });

    test("enabled: true sends nothing while nobody is signed in", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(null)];
      renderFauna(<Owner query={query()} options={{ enabled: true }} />, { clerk, fauna, wrap });
      expect(screen.getByText("nothing")).toBeDefined();
      clerk.become(ada);
      await screen.findByText(ownerOf(ada));
      expect(fauna.requests).toHaveLength(1);
    });

    test("select shows a part of the data", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      const select = (owner: string): string => owner.toUpperCase();
      renderFauna(<Owner query={query()} options={{ select }} />, { clerk, fauna, wrap });
      await screen.findByText(ownerOf(ada).toUpperCase());
    });
  });
});

function Skipped({ id, initialData, to }: SkippedProps) {
  const result = useFaunaQuery<string>(null, { ...(initialData && { initialData }) });
  to?.(result.refetch);
  return <p data-testid={id}>{`${result.data} ${result.error} ${result.loading}`}</p>;
}
interface SkippedProps {
  readonly id: string;
  readonly initialData?: string | (() => string);
  readonly to?: (refetch: () => Promise<unknown>) => void;
}
const shownIn = (id: string) => screen.getByTestId(id).textContent;

describe("of several skipped queries", () => {
  test.each(["mine", () => "mine"])("each has its own initial data", async (initialData) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const parts = [
      <Skipped key="a" id="a" initialData={initialData} />,
      <Skipped key="b" id="b" />,
    ];
    renderFauna(parts, { clerk, fauna });
    expect([shownIn("a"), shownIn("b")]).toEqual(["mine null false", "undefined null false"]);
  });

  test("none changes when one is refetched", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    let refetch!: () => Promise<unknown>;
    const parts = [
      <Skipped key="a" id="a" to={(given) => (refetch = given)} />,
      <Skipped key="b" id="b" />,
    ];
    renderFauna(parts, { clerk, fauna });
    await act(async () => void (await refetch()));
    expect([shownIn("a"), shownIn("b")]).toEqual(["undefined null false", "undefined null false"]);
    expect(fauna.requests).toEqual([]);
  });
});
