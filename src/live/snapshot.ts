import type { EventSource, Query } from "fauna";

import { ConfigurationError } from "../errors";

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
