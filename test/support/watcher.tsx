import type { Query } from "fauna";
import {
  type FaunaAuth,
  useFaunaAuth,
  useFaunaQuery,
  type UseFaunaQueryOptions,
} from "fauna-clerk";
import { expect } from "vitest";

import { ownerIn } from "./fake-answers";
import type { FakeClerk } from "./fake-clerk";

/** What one render showed, and to whom. */
export interface Frame {
  /** Who is signed in according to `useFaunaAuth()`, in the words of the fake server's default answer. */
  readonly shownTo: string;
  /** The same according to Clerk; null while it is loading. */
  readonly clerksUser: string | null;
  readonly data: string | undefined;
  readonly failure: string | undefined;
  readonly loading: boolean;
}

/** Collects every render, committed or not. */
export interface Frames {
  readonly all: readonly Frame[];
  readonly record: (frame: Frame) => void;
}

export function createFrames(): Frames {
  const all: Frame[] = [];
  return { all, record: (frame) => void all.push(frame) };
}

export interface WatcherProps {
  clerk: FakeClerk;
  frames: Frames;
  query: Query<string>;
  template?: string;
  options?: UseFaunaQueryOptions<string>;
}

/** Runs a query and records each of its own renders. */
export function Watcher({ clerk, frames, query, template = "fauna", options }: WatcherProps) {
  const auth = useFaunaAuth();
  const clerksAuth = clerk.useAuth();
  const { data, error, loading } = useFaunaQuery(query, options);
  const failure = error ? String("code" in error ? error.code : error) : undefined;
  frames.record({
    shownTo: ownerOf(auth, template),
    clerksUser: clerksAuth.isLoaded ? ownerOf(clerksAuth, template) : null,
    data,
    failure,
    loading,
  });
  return <p data-testid="watched">{data ?? failure ?? (loading ? "loading" : "nothing")}</p>;
}

type Ids = Partial<Record<"userId" | "sessionId" | "orgId", FaunaAuth["orgId"] | undefined>>;

/** Whose data an identity may see, in the words of the fake server's default answer. */
export const ownerOf = ({ userId, sessionId, orgId }: Ids, template = "fauna"): string =>
  ownerIn({ sub: userId, sid: sessionId, org: orgId, template });

/** No render showed data to anybody but its owner. */
export function expectOwnDataOnly({ all }: Frames): void {
  const mixed = all.filter(
    ({ data, shownTo, clerksUser }) =>
      data !== undefined && (data !== shownTo || (clerksUser !== null && data !== clerksUser)),
  );
  expect(mixed).toEqual([]);
}
