import type { Caller } from "../store/caller";
import type { Database } from "../store/database";
import { withLargeStack } from "../large-stack/with-large-stack";
import { TimeoutError } from "./errors";
import { beginRun } from "./evaluator/interpreter";
import { compilePredicate } from "./model/permissions";
import { answersTrue } from "./model/predicates";
import { isQuery } from "./model/queries";
import { claimsValue } from "./stdlib/query";
import type { QueryValue } from "./values/value";

/** How long a predicate of an access provider may run. */
const TIMEOUT_MS = 5_000;

export interface ClaimsRequest {
  readonly predicate: string | QueryValue;
  /** Whose claims they are. */
  readonly caller: Caller;
}

/**
 * Whether a predicate of an access provider's role, a lambda over the claims, answers true. It may read but not
 * write; a failure, null or anything but a boolean is a no.
 */
export function evaluatePredicate(
  db: Database,
  predicate: string | QueryValue,
  caller: Caller,
): boolean {
  return withLargeStack(db, "claims", { predicate, caller }, judgeClaims);
}

export function judgeClaims(
  db: Database,
  { predicate: source, caller }: ClaimsRequest,
  runsAgain = false,
): boolean {
  return db.transact((tx) => {
    const cx = beginRun(
      db,
      tx,
      { builtin: "server-readonly", roles: [], claims: caller.claims },
      TIMEOUT_MS,
    );
    cx.runsAgain = runsAgain;
    cx.authority = { builtin: "server", roles: [] };
    const predicate = isQuery(source) ? source : compilePredicate(cx, source, "predicate");
    if (!predicate || (predicate.kind === "lambda" && predicate.params.length !== 1)) return false;
    const claims = claimsValue(caller.claims ?? {});
    try {
      return answersTrue(cx, predicate, [claims], true);
    } catch (error) {
      if (error instanceof TimeoutError) return false;
      throw error;
    }
  });
}
