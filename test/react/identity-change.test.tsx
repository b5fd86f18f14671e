import type { QueryClient } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import type { Query } from "fauna";
import { describe, expect, test } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { type IdentityChange, identityChanges } from "../support/identity-changes";
import { type Mode } from "../support/modes";
import { renderFauna } from "../support/render-fauna";
import { createFrames, expectOwnDataOnly, ownerOf, Watcher } from "../support/watcher";
import { variants } from "../support/variants";

async function setUp(query: Query<string>, wrap: Mode["wrap"]) {
  const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(ada), createFrames()];
  const watcher = (template = "fauna") => (
    <Watcher clerk={clerk} frames={frames} query={query} template={template} />
  );
  const mount = () => renderFauna(watcher(), { clerk, fauna, wrap });
  const apply = ({ who, template }: IdentityChange, app: ReturnType<typeof mount>): void => {
    if (template !== undefined) app.update(watcher(template), { template });
    else clerk.become(who);
  };
  return { fauna, clerk, frames, mount, apply };
}

const shows = (text: string): Promise<void> =>
  waitFor(() => expect(screen.getByTestId("watched").textContent).toBe(text));

const hashes = (cache: QueryClient): string[] =>
  cache
    .getQueryCache()
    .getAll()
    .map(({ queryHash }) => queryHash);

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  describe.each(identityChanges)("$change", (change) => {
    test("a late response is dropped, and never rendered", async () => {
      const { fauna, frames, mount, apply } = await setUp(query(), wrap);
      const hold = fauna.hold();
      const app = mount();
      await hold.reached();
      apply(change, app);
      hold.release();
      await shows(change.shows);
      expect(frames.all.map(({ data }) => data)).not.toContain(ownerOf(ada));
      expectOwnDataOnly(frames);
    });

    test("requests in flight are aborted", async () => {
      const { fauna, mount, apply } = await setUp(query(), wrap);
      const hold = fauna.hold();
      const app = mount();
      await hold.reached();
      apply(change, app);
      await waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
      hold.release();
      await shows(change.shows);
    });

    test("nothing of the old identity is rendered, not for one frame", async () => {
      const { frames, mount, apply } = await setUp(query(), wrap);
      const app = mount();
      await shows(ownerOf(ada));
      apply(change, app);
      await shows(change.shows);
      expectOwnDataOnly(frames);
    });

    test("nothing of the old identity is left in the QueryClient", async () => {
      const { mount, apply } = await setUp(query(), wrap);
      const app = mount();
      await shows(ownerOf(ada));
      const before = hashes(app.cache);
      apply(change, app);
      await shows(change.shows);
      const data = app.cache.getQueriesData({}).map(([, value]) => value);
      expect(hashes(app.cache).filter((hash) => before.includes(hash))).toEqual([]);
      expect(data).not.toContain(ownerOf(ada));
    });

    test("the QueryClient's other queries are untouched", async () => {
      const { mount, apply } = await setUp(query(), wrap);
      const app = mount();
      app.cache.setQueryData(["fauna", "the app's own"], "kept");
      const pending = app.cache.fetchQuery({
        queryKey: ["the app's own, under way"],
        queryFn: () => app.cache.getQueryData(["fauna", "the app's own"]),
      });
      await shows(ownerOf(ada));
      apply(change, app);
      await shows(change.shows);
      expect(app.cache.getQueryData(["fauna", "the app's own"])).toBe("kept");
      expect(await pending).toBe("kept");
    });
  });
});
