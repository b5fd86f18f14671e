import { expect, test } from "vitest";

import { dev } from "../../packages/cli/src/dev/dev";
import { doctorOptions } from "../../packages/cli/src/doctor/settings";
import { initOptions } from "../../packages/cli/src/init/settings";
import * as fetch from "../../src/fetch";
import * as library from "../../src/index";
import * as serializer from "../../src/serializer";
import * as server from "../../src/server";
import * as v4 from "../../src/v4";
import { read } from "./support/documents";

const names = (...modules: readonly object[]): string[] => [
  ...new Set(modules.flatMap((module) => Object.keys(module))),
];

test("docs/api.md names every function, hook, component and class", () => {
  const text = read("docs/api.md");
  const missing = names(library, fetch, serializer, server, v4).filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(text),
  );
  expect(missing).toEqual([]);
});

test.each([
  ["init", "set-up", initOptions],
  ["doctor", "diagnose", doctorOptions],
  ["dev", "development", dev.options],
])("the page of `%s`, docs/%s.md, names all its options", (_, page, options) => {
  const text = read(`docs/${page}.md`);
  const missing = names(options).filter((name) => !text.includes(`--${name}`));
  expect(missing).toEqual([]);
});
