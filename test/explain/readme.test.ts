import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { refusals } from "../../src/explain";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

test("README's table of 401s has the texts of the module, in its order", () => {
  const [, section = ""] = readme.split("### Why Fauna answers 401");
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (.*?) +\| (.*?) +\|$/gm)];
  const told = (text: string): string => text.replace("%", "…");
  expect(rows.map(([, code, what, mend]) => [code, what, mend])).toEqual(
    Object.entries(refusals).map(([code, { what, mend }]) => [code, told(what), told(mend)]),
  );
});
