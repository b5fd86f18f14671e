import { expect, test } from "vitest";

import {
  ConfigurationError,
  type ConfigurationErrorCode,
  type SerializationErrorCode,
  type TokenErrorCode,
} from "../../src/errors";
import { refusals } from "../../src/auth/unauthorized-reasons";
import { read } from "./support/documents";

/** Every code that the errors of the library can have: one that is missing here does not compile. */
const CODES: Record<
  TokenErrorCode | ConfigurationErrorCode | SerializationErrorCode | "unauthorized",
  true
> = {
  unauthorized: true,
  template_not_found: true,
  token_missing: true,
  token_mismatch: true,
  token_malformed: true,
  token_timeout: true,
  session_ended: true,
  rate_limited: true,
  offline: true,
  token_failed: true,
  signed_out: true,
  identity_changed: true,
  no_provider: true,
  no_endpoint: true,
  malformed_endpoint: true,
  insecure_endpoint: true,
  foreign_origin: true,
  no_auth: true,
  ambiguous_auth: true,
  not_a_query: true,
  no_v4_driver: true,
  not_a_set: true,
  not_streamable: true,
  browser_only: true,
  no_query_client: true,
  secret_not_allowed: true,
  unknown_client: true,
  not_supported: true,
  not_serializable: true,
  not_serialized: true,
  unknown_version: true,
  unknown_class: true,
};

const [errors = "", unauthorized = ""] = read("docs/errors.md").split("## Why Fauna answers 401");

test("docs/errors.md lists every code once, and no other", () => {
  const codes = [...errors.matchAll(/^\| `(\w+)` +\| (?!what)/gm)].map(([, code]) => code);
  expect(codes).toEqual(Object.keys(CODES));
});

test("the table of 401s has the texts of the library, in its order", () => {
  const rows = [...unauthorized.matchAll(/^\| `(\w+)` +\| (.*?) +\| (.*?) +\|$/gm)];
  const shown = (text: string): string => text.replace("%", "…");
  expect(rows.map(([, code, problem, fix]) => [code, problem, fix])).toEqual(
    Object.entries(refusals).map(([code, { problem, fix }]) => [code, shown(problem), shown(fix)]),
  );
});

test("the place that errors name is there", () => {
  const { docsPath } = new ConfigurationError("no_provider", "…");
  const [document = "", anchor = ""] = docsPath.split("#");
  expect(read(document).toLowerCase()).toContain(`\n## ${anchor}\n`);
});
