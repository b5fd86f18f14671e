import { expect, test } from "vitest";

import { type Block, blocksOf, compileBlocks } from "./support/compile-blocks";
import { documents } from "./support/documents";

const blocks = documents.flatMap(blocksOf);

/** An error on line 7 of a document, to see that errors are found and named. */
const wrong: Block = {
  place: "docs/wrong.md:7",
  document: "docs/wrong.md",
  code: `${"\n".repeat(6)}export const wrong: string = 1;`,
};

test("README and most pages have blocks", () => {
  expect(blocks.filter(({ document }) => document === "README.md").length).toBeGreaterThan(1);
  expect(new Set(blocks.map(({ document }) => document)).size).toBeGreaterThan(10);
});

// One program for all: most of the time goes into the types of React, Clerk and the GraphQL clients.
test(
  "every ts and tsx block compiles, and an error names the line of its document",
  { timeout: 600_000 },
  () => {
    expect(compileBlocks([...blocks, wrong])).toEqual([
      "docs/wrong.md:7:14 Type 'number' is not assignable to type 'string'.",
    ]);
  },
);
