import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import vitestConfig from "../../vitest.config";
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

// Vitest passes over what it does not find if it finds anything else.
test("commands name projects of Vitest and test files that there are", async () => {
  const { test: tests } = await vitestConfig({ mode: "test", command: "serve" });
  const projects = (tests?.projects ?? []).flatMap((project) =>
    typeof project === "object" && "test" in project ? String(project.test?.name) : [],
  );
  const isProject = (pattern: string): boolean =>
    projects.some((name) => new RegExp(`^${pattern.replace("*", ".*")}$`).test(name));
  const commands = [
    ...Object.values(scripts),
    readFileSync(join(root, ".ci/run"), "utf8"),
    ...workflows.map(({ text }) => text),
  ].join("\n");
  const named = all(commands, /--project[ "]+([\w*-]+)/g);
  const files = all(commands, / ([\w./-]+\.test\.tsx?)/g);
  expect(named.filter((pattern) => !isProject(pattern))).toEqual([]);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(named.length * files.length).toBeGreaterThan(0);
});
