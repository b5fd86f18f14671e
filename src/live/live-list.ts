import { InfiniteQueryObserver, type QueryClient } from "@tanstack/react-query";

import { PAGES } from "../cache/keys";
import type { FaunaPages } from "../cache/pages";
import { buildLiveInfiniteQueryOptions } from "./live-infinite-query-options";
import type { LiveKind } from "./live-query";
import { onDemand } from "./load-on-demand";

/** The pages of a list. The first one comes with the event source, the others are as of its moment. */
export const LIST: LiveKind = {
  keyEnd: PAGES,

  build(connection, identity, query, options) {
    const built = buildLiveInfiniteQueryOptions(connection, identity, query, options);
    // An observer adds what makes TanStack fetch pages: see its contract test, test/cache/tanstack.test.ts.
    return new InfiniteQueryObserver(connection.cache as QueryClient, built).options as never;
  },

  pageCount: (data) => (Object(data) as Partial<FaunaPages<unknown>>).pages?.length ?? 1,

  async load() {
    const [code, { createRows }] = await Promise.all([onDemand.load(), import("./live-pages")]);
    return { ...code, createRows };
  },
};
