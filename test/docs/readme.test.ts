import { expect, test } from "vitest";

import { read } from "./support/documents";

const readme = read("README.md");

test("README is at most 12 kB", () => {
  expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(12_000);
});

test.each(["npm ci && npm start", "npm ci && npm test"])("README says `%s`", (command) => {
  expect(readme).toContain(`\n${command} `);
});
