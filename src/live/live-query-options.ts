import type { EventSource, Page, Query, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import { keyIn, type Scope } from "../cache/keys";
import {
  buildQueryOptions,
  type FaunaQueryOptions,
  type FaunaQueryOptionsResult,
  type FaunaScope,
  scopeOf,
  type Skip,
} from "../cache/query-options";
import type { Connection } from "../client/connection";
import { ConfigurationError } from "../errors";
import { recordOf } from "../cache/query-record";

/** A row of a query's data: of a page one of its items, otherwise the document. */
export type FaunaRow<T> = T extends Page<infer R> ? R : T;

/** The options of `useFaunaQuery`, plus those of live queries. */
export type FaunaLiveQueryOptions<T, D = T> = FaunaQueryOptions<T, D> & {
  /**
   * The set, or the document, whose changes matter to a query that Fauna cannot stream (ordered, limited, counted,
   * joined): each burst of its events becomes one refetch.
   */
  on?: Query | undefined;
  /**
   * Where a row stands among the others, as for `Array.sort`. Sets of a collection (`Todo.all()`, `Todo.where(…)`) need
   * none; of others a row that is added is otherwise placed by a refetch.
   */
  order?: ((a: FaunaRow<T>, b: FaunaRow<T>) => number) | undefined;
};

/**
 * A live query as options for TanStack Query's own functions: the key and the cache entry are those of
 * `faunaQueryOptions`. It fetches the data and the event source in one transaction; `useFaunaLiveQuery` of the same query then
 * follows it from there.
 *
 * @throws ConfigurationError when `query` is not an FQL v10 query.
 *
 * @example
 * ```ts
 * await queryClient.prefetchQuery(faunaLiveQueryOptions({ client }, fql`Todo.all()`));
 * ```
 */
export function faunaLiveQueryOptions<T extends QueryValue, D = T>(
  scope: FaunaScope,
  query: Query<T> | Skip,
  options?: FaunaLiveQueryOptions<T, D>,
): FaunaQueryOptionsResult<T, D> {
  return buildLiveQueryOptions(...scopeOf(scope), query, options as never) as never;
}

/** What {@link faunaLiveQueryOptions} and the hook share. */
export function buildLiveQueryOptions(
  connection: Connection,
  identity: Identity,
  query: Query | Skip,
  { on, order: _order, ...options }: FaunaLiveQueryOptions<unknown> = {},
): FaunaQueryOptionsResult<unknown> {
  const asked = query && snapshotQuery(query, on);
  // A refetch would bring what the events bring anyway.
  const built = buildQueryOptions(connection, identity, asked, { staleTime: Infinity, ...options });
  if (!query) return built;
  return {
    ...built,
    queryKey: keyIn({ connection, identity } as Scope, query, options.request) as never,
    queryFn: async (context) => {
      const { data, source } = await snapshotOf(built.queryFn(context));
      recordOf(context.queryKey).eventSource = source.token;
      return data;
    },
  };
}

/** A query's data, and the source of the events from that moment on. */
export interface Snapshot {
  readonly data: unknown;
  readonly source: EventSource;
}

/**
 * Asks for data and event source in one transaction, so that no event is missed and none comes twice.
 *
 * @throws ConfigurationError (`not_a_query`) for anything that is not FQL v10.
 */
export function snapshotQuery(query: Query, on: Query | undefined): Query {
  const parts = [
    ...statement("data", fqlOf(query)),
    ...statement("set", on ? fqlOf(on) : ["data"]),
    "{ data: data, source: if (set isa Set) set.eventSource() else Set.single(set).eventSource() }",
  ];
  return { encode: () => ({ fql: parts }) } as unknown as Query;
}

// Spliced into a block: as a value of its own the query would stand in parentheses, where statements may not. `Any`,
// because the two kinds of sources would not pass the type check together.
const statement = (name: string, fql: readonly unknown[]): unknown[] => [
  `let ${name}: Any = {\n`,
  ...fql,
  "\n}\n",
];

function fqlOf(query: Partial<Query>): readonly unknown[] {
  if (!query.encode)
    throw new ConfigurationError("not_a_query", "Only FQL v10 can be live: fql`…`.");
  return query.encode().fql;
}

/**
 * The answer to a {@link snapshotQuery}.
 *
 * @throws ConfigurationError (`not_streamable`) where the server refuses the event source.
 */
export async function snapshotOf(answer: unknown): Promise<Snapshot> {
  try {
    return (await answer) as Snapshot;
  } catch (cause) {
    if (!String(cause).includes("`.eventSource()`")) throw cause;
    throw new ConfigurationError(
      "not_streamable",
      "Fauna cannot stream that. Pass as `on` a set of a collection whose changes matter.",
      { cause },
    );
  }
}
