import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Consumer, DEV_DEPENDENCIES, installPackages, root } from "./support/consumer";

/** What blocks that show a line or two without imports are about. */
const FRAGMENT = `import { fql } from "fauna"; import { useFaunaQuery } from "fauna-clerk/react"; declare const fauna: import("@fauna-clerk/local").LocalFauna;`;

/** The reader's own files that blocks import. */
const YOURS = {
  "ErrorBoundary.d.ts": `
    import { Component, type ReactNode } from "react";
    type Props = { onReset(): void; fallback: ReactNode; children?: ReactNode };
    export declare class ErrorBoundary extends Component<Props> {}`,
  "Todos.d.ts": `export declare function Todos(): React.ReactNode;`,
};

/** As in a new Vite app, which has all that the texts name. */
const OPTIONS = {
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  target: "es2023",
  lib: ["es2023", "dom", "dom.iterable"],
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  types: ["vite/client"],
  // The repository has it under another name, beside an older one.
  paths: { "@clerk/clerk-js/no-rhc": ["./node_modules/clerk-js-6/no-rhc"] },
};

const docs = readdirSync(join(root, "docs")).map((file) => join("docs", file));
const blocks = ["README.md", ...docs].filter((file) => file.endsWith(".md")).flatMap(blocksOf);

interface Block {
  /** Where it starts: `README.md:52`. */
  readonly place: string;
  /** A module whose line numbers are those of the text. */
  readonly module: string;
  readonly code: string;
}

function blocksOf(file: string): Block[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^( *)```tsx?\n([^]*?)^ *```$/gm)].map(({ index, 2: code = "" }) => {
    const fence = text.slice(0, index).split("\n").length;
    const isFragment = !/^ *import /m.test(code);
    return {
      place: `${file}:${fence + 1}`,
      module: `${basename(file, ".md")}-${fence + 1}.tsx`,
      code: `${"\n".repeat(fence - 1)}${isFragment ? FRAGMENT : ""}\n${code}`,
    };
  });
}

let consumer: Consumer;
let problems: string[];
beforeAll(() => {
  consumer = installPackages(["fauna-clerk", "@fauna-clerk/local"], DEV_DEPENDENCIES);
  const modules = blocks.map(({ module, code }) => [module, code] as const);
  const files = { ...YOURS, ...(Object.fromEntries(modules) as Record<string, string>) };
  problems = consumer
    .compile(files, OPTIONS)
    .split(/\n(?! )/)
    .filter(Boolean);
});
afterAll(() => consumer.dispose());

test.each(blocks)("$place compiles", ({ module }) => {
  expect(problems.filter((problem) => problem.startsWith(module))).toEqual([]);
});

test("nothing else is wrong", () => {
  const inBlocks = (problem: string) => blocks.some(({ module }) => problem.startsWith(module));
  expect(problems.filter((problem) => !inBlocks(problem))).toEqual([]);
});
