import type {
  MutationFunction,
  MutationFunctionContext,
  MutationKey,
  QueryClient,
  UseMutationOptions,
} from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";

import type { Identity } from "../auth/identity";
import { type Connection, driverFor } from "../client/connection";
import type { Answer, FaunaV4Expression } from "../client/driver";
import type { FaunaRequestOptions } from "../client/v10-driver";
import { isMaybeApplied, TokenError } from "../errors";
import { type FaunaQueries, identityKey, isKeyOf, ownedBy, ownerOf } from "./keys";
import { keepMutationsOwn } from "./own-mutations";
import { type FaunaScope, scopeOf } from "./query-options";
import { MAYBE_APPLIED, markAsMaybeApplied, markMaybeApplied, writeRetryPolicy } from "./retry";
import { loadLayers, type OptimisticCache, type Write, writeOf } from "./write";

/**
 * TanStack's mutation options without `mutationFn`, plus those for Fauna. `retry` (default 3) limits how often a write is
 * retried that certainly was not applied. Others never are.
 */
export type FaunaMutationOptions<T, V = void, R = unknown, O = FaunaRequestOptions> = Omit<
  UseMutationOptions<T, Error, V, R>,
  "mutationFn"
> & {
  /** The driver's own options for the query, such as `query_timeout_ms` in ms or `typecheck`. */
  request?: O;
  /**
   * The queries that the write changes, or a function that picks them by their FQL text. Once the write is applied
   * (or may have been) they are stale, and those on the screen are refetched; the mutation does not wait for that.
   * `false`: none.
   * @default every Fauna query of the identity
   */
  invalidates?: FaunaQueries | false;
  /**
   * Shows the result before Fauna confirms it. It is called as soon as the mutation is. If the write fails, its
   * updates are rolled back; otherwise they stay until the data has the write. The queries that it updates are refetched
   * when the last write to them has settled. Data of theirs that comes while the write is on its way waits for that.
   */
  optimistic?: (cache: OptimisticCache, variables: V) => void;
};

/** Options for TanStack's own `useMutation` and `MutationObserver`. */
export type FaunaMutationOptionsResult<T, V = void, R = unknown> = Omit<
  UseMutationOptions<T, Error, V, R>,
  "mutationFn"
> & {
  mutationFn: MutationFunction<T, V>;
};

/**
 * Options for a Fauna write with TanStack Query's own functions. Retries and identity rules are those of
 * `useFaunaMutation`.
 *
 * @throws ConfigurationError (`unknown_client`) for another client.
 *
 * @example
 * ```ts
 * const mutation = new MutationObserver(
 *   queryClient,
 *   faunaMutationOptions({ client }, (title: string) => fql`Todo.create({ title: ${title} })`),
 * );
 * await mutation.mutate("Write");
 * ```
 */
export function faunaMutationOptions<T extends QueryValue, V = void, R = unknown>(
  scope: FaunaScope,
  build: (variables: V) => Query<T>,
  options?: FaunaMutationOptions<T, V, R>,
): FaunaMutationOptionsResult<T, V, R>;
export function faunaMutationOptions<T = unknown, V = void, R = unknown>(
  scope: FaunaScope,
  build: (variables: V) => FaunaV4Expression,
  options?: FaunaMutationOptions<T, V, R, object>,
): FaunaMutationOptionsResult<T, V, R>;
export function faunaMutationOptions<V, R>(
  scope: FaunaScope,
  build: (variables: V) => unknown,
  options?: FaunaMutationOptions<unknown, V, R, object>,
): FaunaMutationOptionsResult<unknown, V, R> {
  return buildMutationOptions(...scopeOf(scope), build, options);
}

type AnyMutationOptions<V, R> = FaunaMutationOptions<unknown, V, R, object>;

/** Shared by {@link faunaMutationOptions} and the hook. */
export function buildMutationOptions<V, R>(
  connection: Connection,
  identity: Identity,
  build: (variables: V) => unknown,
  given: AnyMutationOptions<V, R> = {},
): FaunaMutationOptionsResult<unknown, V, R> {
  const { cache: providerCache } = connection;
  const owner = identityKey(connection, identity);
  const merged = withMutationDefaults(providerCache, owner, given);
  // A client without a provider learns only from a write's context which cache it is used with.
  const optionsIn = ({ client }: MutationFunctionContext): AnyMutationOptions<V, R> =>
    client === providerCache ? merged : withMutationDefaults(client, owner, given);
  const of = (context: MutationFunctionContext): Write =>
    writeOf(connection, identity, context, () => optionsIn(context).invalidates);
  const fail = (write: Write, error: unknown): void =>
    write.settle(isMaybeApplied(error) ? "unknown" : "failed");

  connection.keepMutationsOwn ??= (cache, isRestored) =>
    keepMutationsOwn(connection, cache, isRestored);
  if (providerCache) keepMutationsOwn(connection, providerCache);
  if (merged.optimistic) void loadLayers();

  const { request: _request, invalidates: _invalidates, optimistic: _optimistic, ...rest } = merged;
  return {
    ...rest,
    // While Clerk loads nobody is named: the write belongs to the user who turns out to be signed in.
    ...(identity.status !== "loading" && ownedBy(owner, rest)),
    connection,
    given,
    retry: writeRetryPolicy(rest.retry),

    // The outcome is settled in here. TanStack calls the app's own callbacks next, which may throw or never end.
    async mutationFn(variables, context) {
      const write = of(context);
      const options = optionsIn(context);
      let answer;
      try {
        answer = await send(write, build, variables, options.request, ownerOf(context));
      } catch (error) {
        // TanStack asks the same next.
        const retry = writeRetryPolicy(options.retry);
        if (!retry(write.failureCount++, error as Error)) fail(write, error);
        write.endAttempt();
        throw error;
      }
      await marked(write, () => write.settle("applied", answer.txn));
      return answer.data;
    },

    async onMutate(variables, context) {
      // Starts the write, so that it belongs to this identity even if it has to wait for the network.
      const write = of(context);
      const options = optionsIn(context);
      try {
        const { optimistic } = options;
        if (optimistic) await write.showUpdates((cache) => optimistic(cache, variables));
        return (await options.onMutate?.(variables, context)) as R;
      } catch (error) {
        fail(write, error);
        throw error;
      }
    },

    onSuccess: (...args) => marked(of(args[3]), () => optionsIn(args[3]).onSuccess?.(...args)),

    onError(error, variables, result, context) {
      const write = of(context);
      const options = optionsIn(context);
      // A callback of the app's MutationCache has thrown. Nothing can replace its error any more.
      if (write.isApplied) Object.assign(Object(error) as object, MAYBE_APPLIED);
      fail(write, error);
      return options.onError?.(error, variables, result, context);
    },

    onSettled: (...args) => marked(of(args[4]), () => optionsIn(args[4]).onSettled?.(...args)),
    // TanStack treats undefined as "not set", but its types, under exactOptionalPropertyTypes, do not.
  } as FaunaMutationOptionsResult<unknown, V, R>;
}

/**
 * Merges options over the app's defaults for all mutations, for those of the identity, and for its own key
 * (`setMutationDefaults`), so that the defaults obey our rules too. Without a cache TanStack does it alone.
 */
function withMutationDefaults<V, R>(
  cache: QueryClient | undefined,
  owner: MutationKey,
  options: AnyMutationOptions<V, R>,
): AnyMutationOptions<V, R> {
  const { mutationKey = [] } = options;
  const keys = [[...owner, ...mutationKey], mutationKey];
  return Object.assign(
    {},
    cache?.getDefaultOptions().mutations,
    ...keys.map((key) => asGiven(cache?.getMutationDefaults(key))),
    options,
  ) as never;
}

/** Defaults that are options of ours have wrapped the app's callbacks. Another write needs those that the app gave. */
const asGiven = (defaults?: object): unknown =>
  (defaults as { readonly given?: unknown } | undefined)?.given ?? defaults;

/** Sends a write, for one attempt of TanStack's. */
async function send<V>(
  write: Write,
  build: (variables: V) => unknown,
  variables: V,
  request: object | undefined,
  owner: MutationKey | undefined,
): Promise<Answer> {
  const { scope } = write;
  const { connection, identity } = scope;
  write.throwIfEnded();
  // It may have waited even across a reload.
  if (owner && !isKeyOf(connection, identity, owner)) throw new TokenError("identity_changed");
  const query = build(variables);
  let sent = false;
  const beforeSend = (): undefined => {
    sent = true;
    write.beginAttempt();
  };
  return driverFor(connection, query)
    .run(query, { identity, goesOn: true, request, beforeSend })
    .catch((error: unknown) => {
      throw sent ? markMaybeApplied(error) : error;
    });
}

/** Marks what an app's callback throws after the write was applied. */
async function marked<T>(write: Write, callback: () => T): Promise<Awaited<T>> {
  try {
    return await callback();
  } catch (error) {
    throw write.isApplied ? markAsMaybeApplied(error) : error;
  }
}
