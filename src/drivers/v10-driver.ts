import {
  type ClientConfiguration,
  DateStub,
  Document,
  DocumentReference,
  EmbeddedSet,
  Module,
  NamedDocument,
  NamedDocumentReference,
  NetworkError,
  NullDocument,
  Page,
  type Query,
  type QueryOptions,
  StreamToken,
  TaggedTypeFormat,
  TimeStub,
} from "fauna";

import type { Driver, DriverContext, RunOptions } from "./driver";
import { FaunaClient } from "./fauna-client";
import { PLACEHOLDER_SECRET } from "./transport";
import { V10HttpClient } from "./v10-http-client";

/** The driver's `ClientConfiguration` without what the provider sets itself. */
export type FaunaClientConfiguration = Omit<ClientConfiguration, "endpoint" | "secret">;

/** The driver's per-query options without `secret`: the token is the signed-in user's. */
export type FaunaRequestOptions = Omit<QueryOptions, "secret">;

type AnyQuery = Query<any>; // any: the driver's own default; the result type is the caller's

const values: ReadonlySet<object> = new Set(
  [
    DateStub,
    Document,
    DocumentReference,
    EmbeddedSet,
    Module,
    NamedDocument,
    NamedDocumentReference,
    NullDocument,
    Page,
    StreamToken,
    TimeStub,
  ].map(({ prototype }) => prototype),
);

/** The `fauna` driver (FQL v10). */
export class V10Driver implements Driver<AnyQuery, FaunaClient> {
  readonly name = "v10";
  readonly values: ReadonlySet<object> = values;
  readonly client: FaunaClient;
  readonly #context: DriverContext;

  constructor(context: DriverContext, configuration: FaunaClientConfiguration = {}) {
    const { transport, endpoint } = context;
    this.#context = context;
    this.client = new FaunaClient(
      { ...configuration, endpoint, secret: PLACEHOLDER_SECRET },
      new V10HttpClient(transport, endpoint, configuration.fetch_keepalive),
    );
  }

  accepts(query: unknown): query is AnyQuery {
    return typeof (query as AnyQuery | null)?.encode === "function";
  }

  // Fragments and tagged values are plain JSON, in which TanStack's hash ignores the order of object keys. Of the
  // request's options those count that change the answer.
  key(query: AnyQuery, request: FaunaRequestOptions = {}): unknown {
    const { arguments: args, format, long_type, typecheck } = request;
    const { fql } = query.encode();
    const encoded = args && TaggedTypeFormat.encode(args);
    const relevant = { ...(encoded && { arguments: encoded }), format, long_type, typecheck };
    return Object.values(relevant).some((value) => value !== undefined)
      ? { fql, ...relevant }
      : { fql };
  }

  async run(query: AnyQuery, { identity, signal, request }: RunOptions): Promise<unknown> {
    const { session, transport } = this.#context;
    const { data } = await transport.ticketed(session.begin(identity, signal), (secret) =>
      this.client.query(query, { ...request, secret }),
    );
    return data;
  }

  isTransient(error: unknown): boolean {
    if (error instanceof NetworkError) return true;
    const { httpStatus = 0 } = (error ?? {}) as { httpStatus?: number };
    return httpStatus === 409 || httpStatus === 429 || httpStatus === 440 || httpStatus >= 500;
  }
}
