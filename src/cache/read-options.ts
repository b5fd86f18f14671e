import type { Answer, Driver, RunOptions } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";

/** The library's own options of every read: query, infinite query, live query, Suspense and prefetch. */
export interface FaunaReadOptions<R = FaunaRequestOptions> {
  /** The driver's own options for each request of the query, such as `query_timeout_ms` in ms or `typecheck`. */
  request?: R;
}

/** The library's own options of a read, with either driver. */
export type ReadOptions = FaunaReadOptions<object>;

/** Returns the options without the library's own, which TanStack would not know. */
export const withoutReadOptions = <O extends ReadOptions>({
  request: _request,
  ...rest
}: O): Omit<O, keyof ReadOptions> => rest;

/** Returns what identifies a read's query for its driver. */
export const readKey = (driver: Driver, query: unknown, { request }: ReadOptions): unknown =>
  driver.key(query, request);

/**
 * Sends a read: a query's, a page's, a live query's or a prefetch's.
 *
 * @param rest - an object of this call, which gets the options of the read.
 */
export const sendRead = (
  driver: Driver,
  query: unknown,
  { request }: ReadOptions,
  rest: Omit<RunOptions, "request">,
): Promise<Answer> => driver.run(query, Object.assign(rest, { request }));
