import { NetworkError, ServiceError } from "fauna";
import { createFaunaClient, TokenError, type TokenErrorCode } from "fauna-clerk";
import { expect, test } from "vitest";

import { connectionOf } from "../../src/client/connection";
import type { Driver } from "../../src/client/driver";
import { failureReason } from "../../src/live/failure-reason";
import type { FailureReason } from "../../src/live/phase";

const serviceError = (code: string, httpStatus?: number): Error =>
  new ServiceError({ error: { code, message: "" } }, httpStatus);
const tokenError = (code: TokenErrorCode): Error => new TokenError(code);

test.each<[string, Error, FailureReason]>([
  ["no network", new NetworkError("", { cause: undefined }), "temporary"],
  ["a server's fault", serviceError("internal_error", 500), "temporary"],
  ["too many requests", serviceError("limit_exceeded", 429), "temporary"],
  ["no token while Clerk changes users", tokenError("token_missing"), "temporary"],
  ["another user's token then", tokenError("token_mismatch"), "temporary"],
  ["a token that cannot be read", tokenError("token_malformed"), "other"],
  [
    "the end of a stream whose user may no longer read it",
    serviceError("permission_loss"),
    "permissionLoss",
  ],
  ["a start that is too long ago", serviceError("invalid_stream_start_time"), "positionRejected"],
  ["another error on a stream", serviceError("stream_overflow"), "badEvent"],
  [
    "a token that was refused twice",
    Object.assign(new Error(), { code: "unauthorized" }),
    "positionRejected",
  ],
  ["a refused request", serviceError("invalid_request", 400), "positionRejected"],
  ["anything else", new TypeError(), "other"],
])("knows what to do after %s", (_, error, expected) => {
  const client = createFaunaClient({ endpoint: "http://localhost", getToken: async () => null });
  expect(failureReason(connectionOf(client).drivers[0] as Driver, error)).toBe(expected);
});
