import {
  Client,
  ClientError,
  type Query,
  type QueryOptions,
  type QuerySuccess,
  type QueryValue,
} from "fauna";

import { FaunaClerkError } from "../errors";

/**
 * The `fauna` driver's own client, except that errors of this library come out as they are: the driver reports
 * whatever it does not know as the cause of a `ClientError`.
 */
export class FaunaClient extends Client {
  override async query<T extends QueryValue>(
    query: Query<T>,
    options?: QueryOptions,
  ): Promise<QuerySuccess<T>> {
    try {
      return await super.query(query, options);
    } catch (error) {
      const cause = error instanceof ClientError && error.cause;
      throw cause instanceof FaunaClerkError ? cause : error;
    }
  }
}
