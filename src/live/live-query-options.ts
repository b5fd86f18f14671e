import type { QueryFunctionContext } from "@tanstack/react-query";
import type { EventSource, Page, Query, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import { throwIfAborted } from "../auth/signals";
import { keyIn } from "../cache/keys";
import {
  buildIn,
  buildQueryOptions,
  type FaunaQueryOptions,
  type FaunaQueryOptionsResult,
  type FaunaScope,
  type Skip,
} from "../cache/query-options";
import type { BuildFor } from "../cache/while-loading";
import type { Connection } from "../client/connection";
import { ConfigurationError, isTokenError } from "../errors";
import { type QueryEventSource, recordOf } from "../cache/query-record";
import { namedDocument } from "./fql-text";
import { sleep } from "./sleep";

/** A row of a query's data: an item of its page, or else the document. */
export type FaunaRow<T> = T extends Page<infer R> ? R : T;

/** The options of `useFaunaQuery`, plus those of live queries. `staleTime` is Infinity by default: events come anyway. */
export type FaunaLiveQueryOptions<T, D = T> = FaunaQueryOptions<T, D> & {
  /**
   * For a query that Fauna cannot stream (ordered, limited, counted, joined): the sets or documents whose changes
   * matter to it. Each burst of their events causes one refetch.
   */
  on?: Query | readonly Query[] | undefined;
  /**
   * The order in which Fauna returns the rows: their fields, as `["rank", ["createdAt", "desc"]]`, compared as Fauna
   * compares them, or a function that compares two rows, as for `Array.sort`. Sets of a collection (`Todo.all()`,
   * `Todo.where(…)`) do not need it. In other sets, an added row is placed by a refetch if there is no `order`.
   */
  order?: FaunaOrder<FaunaRow<T>> | undefined;
};

/** An order of rows: the fields that they are ordered by, or a function that compares two rows. */
export type FaunaOrder<R> = readonly FaunaOrderField[] | ((a: R, b: R) => number);

/** A field of a row, such as `"createdAt"` or `"address.city"`, and its direction: ascending unless it says `"desc"`. */
export type FaunaOrderField = string | readonly [field: string, direction: "asc" | "desc"];

/**
 * Options for a live query with TanStack Query's own functions. Key and cache entry are those of
 * `faunaQueryOptions`. The data and the event source are fetched in one transaction; `useFaunaLiveQuery` of the
 * same query then follows it from there.
 *
 * @throws ConfigurationError if `query` is not an FQL v10 query, and for a client that is not of this library.
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
  return buildIn(buildLiveQueryOptions, scope, query, options as never) as never;
}

/**
 * Shared by {@link faunaLiveQueryOptions} and the hooks.
 *
 * @param keyEnd - what follows the query in its key.
 */
export function buildLiveQueryOptions(
  connection: Connection,
  identity: Identity,
  query: Query | Skip,
  options: FaunaLiveQueryOptions<unknown> = {},
  keyEnd: readonly string[] = [],
  buildFor: BuildFor = (user) => buildLiveQueryOptions(connection, user, query, options, keyEnd),
): FaunaQueryOptionsResult<unknown> {
  const { on, order: _order, ...readOptions } = options;
  const snapshot = query && snapshotQuery(query, on);
  // A refetch would bring what the events bring anyway.
  const withStaleTime = { staleTime: Infinity, ...readOptions };
  const built = buildQueryOptions(connection, identity, snapshot, withStaleTime, keyEnd, buildFor);
  if (!query) return built;
  return {
    ...built,
    queryKey: [...keyIn({ connection, identity }, query, readOptions), ...keyEnd] as never,
    queryFn: async (context) => {
      // Another read brings the data then, by options like these.
      if (identity.status === "loading") return built.queryFn(context);
      const { data, tokens } = await snapshotOf(readInTurn(built.queryFn, context, 0));
      const { fetched } = recordOf(context.queryKey);
      if (fetched) fetched.source = { tokens, of: sourceKey(on) };
      return data;
    },
  };
}

/**
 * Reads for a live query, or for a page of it, once its budget allows that.
 *
 * @param requests - 0: it waits until there is room for all pages.
 */
export async function readInTurn<C extends Pick<QueryFunctionContext, "queryKey" | "signal">, T>(
  read: (context: C) => T | Promise<T>,
  context: C,
  requests?: 0,
): Promise<T> {
  const budget = recordOf(context.queryKey).budget?.();
  for (let ms; (ms = budget?.waitMs(requests));) {
    await sleep(ms, context.signal);
    throwIfAborted(context.signal);
  }
  try {
    return await read(context);
  } catch (error) {
    // Nothing was sent. It counts all the same: Clerk should not be asked without a pause either.
    if (isTokenError(error)) budget?.beforeSend();
    throw error;
  }
}

/** What changes matter to a query, if not those of its own set or document. */
type On = FaunaLiveQueryOptions<unknown>["on"];

/** The sets or documents of `on`. */
export const setsOf = (on: On): readonly Query[] => (on ? [on].flat() : []);

/** What its events are of: the query's own set or document, or what `on` returns. */
export const sourceKey = (on: On): string =>
  setsOf(on)
    .map((set) => JSON.stringify(fqlOf(set)))
    .join();

/** A query's data, and the sources of the events from then on. */
export interface Snapshot extends Pick<QueryEventSource, "tokens"> {
  readonly data: unknown;
}

/**
 * Makes a query for data and event sources in one transaction, so that no event is missed and none comes twice.
 *
 * @throws ConfigurationError (`not_a_query`) for anything that is not FQL v10.
 */
export function snapshotQuery(query: Query, on: On): Query {
  const parts = statement("data", fqlOf(query));
  const sources = setsOf(on).map((set, index) => {
    parts.push(...statement(`set${index}`, fqlOf(set)));
    return sourceOf(`set${index}`, set, parts);
  });
  if (!sources.length) sources.push(sourceOf("data", query, parts));
  parts.push(`{ data: data, source: [${sources.join(", ")}] }`);
  return { encode: () => ({ fql: parts }) } as unknown as Query;
}

/** Returns the FQL for the event source of a variable. What that needs it adds to the statements. */
function sourceOf(name: string, query: Query, statements: unknown[]): string {
  const document = namedDocument(fqlOf(query));
  const isSet = `if (${name} isa Set) ${name}.eventSource() else `;
  // Of a document that was picked out of a set nothing tells when another one takes its place.
  if (!document) return `${isSet}null`;
  statements.push(...statement(`${name}Document`, document.fql));
  let field = `${name}Document`;
  // Nor of one that a field leads to.
  const unlessOther = document.path.map((next) => {
    field += `?.${next}`;
    return `if (${field} isa Object && ${field}?.coll != null && ${field}?.ts != null) null else `;
  });
  return `${isSet}${unlessOther.join("")}Set.single(${name}Document).eventSource()`;
}

// The query's text is inserted into a block. An embedded query would be put in parentheses, which cannot contain
// statements. `Any`, because the two kinds of sources would not pass the type check together.
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

type Source = EventSource | string | null;

// In the driver's other formats it is a text, in one of them with quotes.
const tokenOf = (source: Source): string | undefined =>
  typeof source === "string" ? source.replaceAll('"', "") : source?.token;

/**
 * Reads the response to a {@link snapshotQuery}.
 *
 * @throws ConfigurationError (`not_streamable`) if there is no event source for it.
 */
export async function snapshotOf(answer: unknown): Promise<Snapshot> {
  let cause: unknown;
  try {
    const { data, source } = (await answer) as {
      data: unknown;
      source: Source | readonly Source[];
    };
    const tokens = [source].flat().map(tokenOf);
    if (tokens.every((token) => token !== undefined)) return { data, tokens };
  } catch (error) {
    if (!/`(\.eventSource\(\)|byId)`/.test(String(error))) throw error;
    cause = error;
  }
  const { notStreamable } = await import("./not-streamable");
  throw notStreamable(cause);
}
