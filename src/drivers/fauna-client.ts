import { Client, type Query, type QueryOptions, type QuerySuccess, type QueryValue } from "fauna";

import { unwrapDriverError } from "./v10-http-client";

/**
 * The `fauna` driver's own client, except that errors of this library come out as they are and not inside a
 * `ClientError`.
 */
export class FaunaClient extends Client {
  override async query<T extends QueryValue>(
    query: Query<T>,
    options?: QueryOptions,
  ): Promise<QuerySuccess<T>> {
    try {
      return await super.query(query, options);
    } catch (error) {
      throw unwrapDriverError(error);
    }
  }
}
