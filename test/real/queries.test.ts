import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { startLocalFauna } from "@fauna-clerk/local";
import { beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const filesIn = (folder: string, pattern: RegExp): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));

/** A query of a text, with the expressions that were between its parts. */
interface Query {
  readonly file: string;
  readonly parts: readonly string[];
}

/** Every query that a reader may copy. */
const queries = [
  "README.md",
  ...filesIn("docs", /\.md$/),
  ...filesIn("examples/todo", /\.ts$/),
  ...filesIn("examples/todo/src", /\.tsx?$/),
].flatMap(queriesOf);

function queriesOf(file: string): Query[] {
  const text = readFileSync(join(root, file), "utf8");
  const code = file.endsWith(".md") ? blocksOf(text, "tsx?") : [text];
  const templates = code
    .flatMap((each) => [...each.matchAll(/\bfql(?:<.*>)?`(.*?)`/gs)])
    .map(([, query = ""]) => query.split(/\$\{.*?\}/s));
  const whole = blocksOf(text, "fql").map((query) => [query]);
  return [...templates, ...whole].map((parts) => ({ file, parts }));
}

/** The code blocks of a page that are of a language. */
function blocksOf(text: string, language: string): string[] {
  const blocks = new RegExp(`^ *\`\`\`${language}$(.*?)^ *\`\`\`$`, "gms");
  return [...text.matchAll(blocks)].map(([, block = ""]) => block);
}

let check: (query: Query) => Promise<string>;

beforeAll(async () => {
  const fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo", indexes: { newest: { values: [{ field: ".createdAt" }] } } })`,
      `Collection.create({ name: "List" })`,
    ],
  });
  check = async ({ parts }) => {
    // A function that is never called: the server checks its types alone.
    const fql = parts.flatMap((part, i) => (i === 0 ? [part] : [{ value: "1" }, part]));
    const response = await fetch(`${fauna.url}/query/1`, {
      method: "POST",
      headers: { authorization: `Bearer ${fauna.secret}`, "x-format": "simple" },
      body: JSON.stringify({ query: { fql: ["let query = () => {\n", ...fql, "\n}\nnull"] } }),
    });
    const { summary } = (await response.json()) as { summary?: string };
    return response.ok ? "" : (summary ?? String(response.status));
  };
  return () => fauna.close();
});

test("there are queries in README, the pages and the example", () => {
  expect(queries.map(({ file }) => file.split("/")[0])).toEqual(
    expect.arrayContaining(["README.md", "docs", "examples"]),
  );
});

test.each(queries.map((query) => ({ ...query, text: query.parts.join("…").trim() })))(
  "$file: $text",
  async (query) => {
    expect(await check(query)).toBe("");
  },
);

test("a query that does not pass is found", async () => {
  const parts = ["[{ a: 1 }].forEach(todo => Todo.create(Object.assign(todo, { b: 2 })))"];
  expect(await check({ file: "", parts })).toContain("Type");
});
