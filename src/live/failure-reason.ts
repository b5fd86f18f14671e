import { ServiceError } from "fauna";

import { isTransient } from "../cache/retry";
import type { Driver } from "../client/driver";
import type { FailureReason } from "./phase";

/** Clerk has no token, or another user's, while it changes users. A read says so at once, but a stream asks again. */
const PASSING_CODES: readonly string[] = ["token_missing", "token_mismatch"];

/** Why a snapshot or its events could not be read. */
export function failureReason(driver: Driver, error: unknown): FailureReason {
  const { code, httpStatus } = error as { code?: string; httpStatus?: number };
  if (code && PASSING_CODES.includes(code)) return "temporary";
  if (code === "permission_loss") return "permissionLoss";
  if (code === "invalid_stream_start_time") return "positionRejected";
  if (error instanceof ServiceError && !httpStatus) return "badEvent";
  if (isTransient(driver, error)) return "temporary";
  // A 401, too: the next snapshot is refused as well then, and that is the query's own error.
  return httpStatus || code === "unauthorized" ? "positionRejected" : "other";
}
