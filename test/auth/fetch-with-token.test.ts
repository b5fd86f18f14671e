import { afterEach, describe, expect, test, vi } from "vitest";

import { tokenFailure } from "../../src/auth/fetch-with-token";

/** Rejections as Clerk's SDKs make them, told by `status` and `code` alone. */
const rejections: readonly { name: string; cause: unknown; code: string }[] = [
  { name: "status 404", cause: { status: 404 }, code: "template_not_found" },
  {
    name: "errors[0].code resource_not_found",
    cause: { errors: [{ code: "resource_not_found" }] },
    code: "template_not_found",
  },
  { name: "status 401", cause: { status: 401 }, code: "session_ended" },
  { name: "status 429", cause: { status: 429 }, code: "rate_limited" },
  { name: "code clerk_offline", cause: { code: "clerk_offline" }, code: "offline" },
  { name: "status 500", cause: { status: 500 }, code: "token_failed" },
  {
    name: "code clerk_runtime_not_browser",
    cause: { code: "clerk_runtime_not_browser" },
    code: "token_failed",
  },
  { name: "an Error without a code", cause: new Error("broken"), code: "token_failed" },
  { name: "text", cause: "broken", code: "token_failed" },
  { name: "undefined", cause: undefined, code: "token_failed" },
  { name: "null", cause: null, code: "token_failed" },
  { name: "an empty list of errors", cause: { errors: [] }, code: "token_failed" },
];

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("tokenFailure", () => {
  test.each(rejections)("takes $name for $code", ({ cause, code }) => {
    expect(tokenFailure(cause, "fauna").code).toBe(code);
  });

  test.each(rejections)("keeps $name as the cause", ({ cause }) => {
    expect(tokenFailure(cause, "fauna").cause).toBe(cause);
  });

  test("judges by code, not by class or name", () => {
    class ClerkOfflineError extends Error {
      override name = "ClerkOfflineError";
    }
    expect(tokenFailure(new ClerkOfflineError(), "fauna").code).toBe("token_failed");
  });

  test("takes an unknown failure for offline when the device says so", () => {
    vi.stubGlobal("navigator", { onLine: false });
    expect(tokenFailure(new Error("Failed to fetch"), "fauna").code).toBe("offline");
  });

  test("names the template that is missing, and where to create it", () => {
    const { message } = tokenFailure({ status: 404 }, "my-template");
    expect(message).toContain('"my-template"');
    expect(message).toContain("Clerk dashboard");
  });
});
