import { Faults, type Fault, type FaultOptions } from "../http/faults";
import { ClerkApiError } from "./api-error";

/** A failure in Clerk's form. */
export interface LocalClerkFailure {
  status: number;
  /** `errors[0].code` of the body. @default the code that Clerk uses with this status */
  code?: string;
  message?: string;
  headers?: Readonly<Record<string, string>>;
}

const CODES: Readonly<Record<number, string>> = {
  401: "authentication_invalid",
  403: "not_allowed_access",
  404: "resource_not_found",
  422: "form_param_invalid",
  429: "too_many_requests",
};

/** The faults that every local Clerk has, and failures with Clerk's error body. */
export class LocalClerkFaults extends Faults {
  /**
   * Answers with a failure instead.
   *
   * @example
   * ```ts
   * clerk.faults.fail({ status: 429 }, { match: /\/tokens/, times: 2 });
   * ```
   */
  fail(failure: LocalClerkFailure, options?: FaultOptions): Fault {
    const { status, code = CODES[status] ?? "internal_clerk_error", headers } = failure;
    const { body } = new ClerkApiError(status, code, failure.message ?? code);
    // No character set, as with Clerk itself: its backend SDK would not read the body.
    const plain = { "content-type": "application/json", ...headers };
    return this.respond({ status, body, headers: plain }, options);
  }
}
