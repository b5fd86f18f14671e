import { describe, expect, test } from "vitest";

import { createTokenError, toTokenError } from "../../src/auth/token-errors";

describe("the error of a token that cannot be used", () => {
  test.each([
    ["template_not_found", "pass the name of yours as template"],
    ["token_missing", "pass userId={null} while nobody is"],
    ["token_mismatch", "Pass the auth or userId of getToken"],
    ["token_malformed", "Return the JWT unchanged"],
    ["token_failed", "getToken failed"],
    ["session_ended", "Sign in again"],
    ["rate_limited", "Try again in a moment"],
  ] as const)("%s says what to do, or what has failed", (code, text) => {
    const error = createTokenError(code);
    expect(error).toMatchObject({ name: "TokenError", code });
    expect(error.message).toContain(text);
    expect(error.message).not.toContain("%");
  });

  test("has a detail as it is, also one that looks like a pattern of `replace`", () => {
    expect(createTokenError("token_failed", "$& costs").message).toContain(
      "getToken failed: $& costs",
    );
  });

  test("has no cause and does not pass unless that is said", () => {
    expect(createTokenError("token_missing")).not.toHaveProperty("mayPass");
    expect(createTokenError("token_missing").cause).toBeUndefined();
  });
});

describe("a getToken that has failed", () => {
  const lost = "No session was found with id sess_1";
  test.each<[string, unknown, string]>([
    ["404", { status: 404 }, "template_not_found"],
    ["code of its own", { code: "resource_not_found" }, "template_not_found"],
    ["first error", { errors: [{ code: "resource_not_found" }] }, "template_not_found"],
    ["first error alone", { errors: [{}, { code: "resource_not_found" }] }, "token_failed"],
    [
      "first error before its own code",
      { code: "resource_not_found", errors: [{ code: "other" }] },
      "token_failed",
    ],
    ["message", { status: 404, errors: [{ message: lost }] }, "session_ended"],
    ["long message", { status: 404, errors: [{ longMessage: lost }] }, "session_ended"],
    [
      "message's case",
      { status: 404, errors: [{ message: "Session not found" }] },
      "session_ended",
    ],
    [
      "message's beginning",
      { status: 404, errors: [{ message: "A template: session" }] },
      "template_not_found",
    ],
    ["status before its message", { status: 500, errors: [{ message: lost }] }, "token_failed"],
    ["429", { status: 429 }, "rate_limited"],
    ["401", { status: 401 }, "session_ended"],
    ["403", { status: 403 }, "token_failed"],
  ])("is judged by its %s", (_, cause, code) => {
    expect(toTokenError(cause, "fauna")).toMatchObject({ code, cause });
  });

  test("names the template that is missing", () => {
    expect(toTokenError({ status: 404 }, "my-template").message).toContain('"my-template"');
  });

  test("says what it failed with if Clerk has no word for it", () => {
    expect(toTokenError(new Error("Broken."), "fauna").message).toContain("Error: Broken.");
  });

  test.each<[string, unknown, boolean]>([
    ["a limit of requests", { status: 429 }, true],
    ["a missing template", { status: 404 }, false],
    ["a session that is over", { status: 401 }, false],
    ["a server's failure", { status: 500 }, true],
    ["a server's failure, as text", { status: "503" }, true],
    ["a refusal", { status: 499 }, false],
    ["Chromium without an answer", new TypeError("Failed to fetch"), true],
    ["Firefox without an answer", new TypeError("NetworkError when attempting …"), true],
    ["WebKit without an answer", new TypeError("Load failed"), true],
    ["WebKit without a server", new TypeError("Could not connect to the server."), true],
    ["WebKit offline", new TypeError("The Internet connection appears to be offline."), true],
    ["WebKit without DNS", new TypeError("A server with the specified hostname …"), true],
    ["Node without a server", Object.assign(new Error(""), { code: "ECONNREFUSED" }), true],
    ["Node without an answer", Object.assign(new Error(""), { code: "ETIMEDOUT" }), true],
    ["Clerk without an answer", Object.assign(new Error(""), { code: "network_error" }), true],
    ["a time limit", new DOMException("", "TimeoutError"), true],
    ["a fault of the app", new TypeError("x is not a function"), false],
    ["nothing", undefined, false],
  ])("may pass after %s: %o", (_, cause, passes) => {
    expect(toTokenError(cause, "fauna").mayPass ?? false).toBe(passes);
  });
});
