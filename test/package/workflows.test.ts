import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./support/consumer";

const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), "utf8"),
}));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found);

describe.each(workflows)("$name", ({ text }) => {
  test("runs scripts and files that there are", () => {
    const names = all(text, /npm (?:run )?(test[\w:]*)/g);
    const files = all(text, /(?:bash|node) ([\w./-]+)/g);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(names.length + files.length).toBeGreaterThan(0);
  });

  test("takes actions by their commit, which nobody can move", () => {
    const actions = all(text, /uses: (\S+)/g);
    expect(actions).not.toEqual([]);
    expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });
});
