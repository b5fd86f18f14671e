import { EmbeddedSet, fql, type Query } from "fauna";

import type { Identity } from "../auth/identity";
import { type HydratedAnswer, type HydratedQuery, readHere } from "../cache/hydration-state";
import { faunaQueryKey } from "../cache/keys";
import { toPage } from "../cache/pages";
import type { Skip } from "../cache/query-options";
import { type FaunaReadOptions, sendRead } from "../cache/read-options";
import { type Connection, driverFor } from "../client/connection";
import type { Answer } from "../client/driver";
import { ConfigurationError, isConfigurationError } from "../errors";
import {
  type FaunaLiveQueryOptions,
  snapshotOf,
  snapshotQuery,
  sourceKey,
} from "../live/live-query-options";
import { encodeValues } from "./encode-values";

/** Sends one query. */
type Ask = (query: Query) => Promise<Answer>;

/** Reads what a hook would read. */
type Reader = (ask: Ask, query: Query) => Promise<Omit<HydratedAnswer, "at">>;

interface Prefetch extends HydratedQuery {
  answer: string | Promise<string>;
  /** What its event source is of, if it is asked with one: see `sourceKey`. */
  readonly source: string | undefined;
  /** The value that `answer` is the text of. */
  value?: HydratedAnswer;
  error?: unknown;
}

/** What was prefetched for a page, in the form that the browser hydrates. */
export class Prefetches {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #all = new Map<string, Prefetch>();
  /** Those that were asked before something that may have been a write. */
  #outdated = new Set<string>();

  constructor(connection: Connection, identity: Identity) {
    this.#connection = connection;
    this.#identity = identity;
  }

  /** Makes `add` ask earlier queries again: something may have been written. */
  outdate(): void {
    this.#outdated = new Set(this.#all.keys());
  }

  /**
   * Sends a query at once, so that {@link all} has it, and resolves when its answer is there or it has failed. An equal
   * one is sent again only if that failed, may be outdated, or lacks the event source that is asked for now.
   *
   * @param keyEnd - the end of its key.
   * @param source - what its event source is of; undefined if it is asked without one.
   */
  async add(
    query: Query | Skip,
    options: FaunaReadOptions | undefined = {},
    read: Reader,
    keyEnd: readonly string[] = [],
    source?: string,
  ): Promise<void> {
    if (!query) return;
    const [connection, identity] = [this.#connection, this.#identity];
    const driver = driverFor(connection, query);
    if (driver.name !== "v10")
      throw new ConfigurationError("not_supported", "Only FQL v10 can be prefetched: fql`…`.");
    if (identity.status !== "signed-in") return;
    const ask: Ask = (query) => sendRead(driver, query, options, { identity });
    const key = faunaQueryKey(connection, identity, driver, query, options).slice(3);
    const text = JSON.stringify([...key, ...keyEnd]);
    let prefetch = this.#all.get(text);
    const lacksSource = source !== undefined && prefetch?.source === undefined;
    if (!prefetch || this.#outdated.delete(text) || prefetch.error || lacksSource) {
      prefetch = { key: text, answer: "", source };
      prefetch.answer = answerOf(prefetch, read(ask, query));
      this.#all.set(text, prefetch);
      void settle(prefetch);
    }
    await Promise.allSettled([prefetch.answer]);
  }

  /** @throws ConfigurationError if one has failed because of the set-up. The browser asks those that failed otherwise. */
  all(): HydratedQuery[] {
    const all = [...this.#all.values()];
    for (const { error } of all) for (const cause of causesOf(error)) throwIfSetUp(cause);
    return all
      .filter(({ error }) => !error)
      .map(({ key, answer, value }) => {
        const query = { key, answer };
        if (value) readHere.set(query, value);
        return query;
      });
  }
}

async function settle(prefetch: Prefetch): Promise<void> {
  try {
    prefetch.answer = await prefetch.answer;
  } catch (error) {
    prefetch.error = error;
  }
}

async function answerOf(
  prefetch: Prefetch,
  reading: Promise<Omit<HydratedAnswer, "at">>,
): Promise<string> {
  const value = { ...(await reading), at: Date.now() };
  const text = encodeValues(value);
  prefetch.value = value;
  return text;
}

const causesOf = (error: unknown): unknown[] =>
  error instanceof Error ? [error, ...causesOf(error.cause)] : [];

function throwIfSetUp(error: unknown): void {
  if (isConfigurationError(error)) throw error;
}

export const readPlain: Reader = async (ask, query) => {
  const { data, txn } = await ask(query);
  return { data, origin: { txn, writes: 0 } };
};

export const readFirstPage: Reader = async (ask, query) => {
  const first = await readPlain(ask, query);
  // The server sent only the Set's cursor, so read the page there.
  const { data, ...rest } =
    first.data instanceof EmbeddedSet
      ? await readPlain(ask, fql`Set.paginate(${first.data.after})`)
      : first;
  return { ...rest, data: { pages: [toPage(data)], pageParams: [null] } };
};

export const snapshotReader =
  (on: FaunaLiveQueryOptions<unknown>["on"]): Reader =>
  async (ask, query) => {
    const answer = ask(snapshotQuery(query, on));
    const { data, tokens } = await snapshotOf(answer.then((whole) => whole.data));
    const { txn } = await answer;
    return { data, origin: { txn, writes: 0, source: { tokens, of: sourceKey(on) } } };
  };
