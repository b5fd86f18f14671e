import { expect, test } from "vitest";
import { ask, database, failure } from "./query";

test("an error names the place, then the calls around it; a line that was named is not named again", () => {
  const { summary } = failure(database(), "let f = x => {\n  1 / x\n}\n[0].map(y => f(y))");
  expect(summary).toBe(
    [
      "error: Attempted integer division by zero.",
      "at *query*:2:7",
      "  |",
      "2 |   1 / x",
      "  |       ^",
      "  |",
      "at *query*:4:15",
      "  |",
      "4 | [0].map(y => f(y))",
      "  |               ^^^",
      "  |",
      "at *query*:4:8",
      "  |",
      "4 | [0].map(y => f(y))",
      "  |        ^^^^^^^^^^^",
      "  |",
    ].join("\n"),
  );
});

test("a place over several lines is bracketed", () => {
  const { summary } = failure(database(), "abort(\n  1\n)");
  expect(summary).toBe(
    "error: Query aborted.\nat *query*:1:6\n  |\n1 |   abort(\n  |  ______^\n2 | |   1\n3 | | )\n  | |_^\n  |",
  );
});

test("null says where it came from", () => {
  const { summary } = failure(database(), "let a: Any = { b: null }\na.b.c");
  expect(summary).toContain("hint: Null value created here\nat *query*:1:19\n");
});

test("a link that was skipped behind null is shown with its dot", () => {
  const { summary } = failure(database(), "let a: Any = null\na?.b.c(1)!");
  expect(summary).toMatch(
    /^error: Null literal value\nat \*query\*:2:5\n {2}\|\n2 \| a\?\.b\.c\(1\)!\n {2}\| {5}\^{6}\n/,
  );
});

test("columns count UTF-16 units, tabs are one", () => {
  expect(failure(database(), '"😀" == \t1 / 0').summary).toContain("*query*:1:14");
});

test("what was logged follows the error, and an empty line", () => {
  const { summary } = failure(database(), 'log("a", [1, "b"])\nabort(1)');
  expect(summary.endsWith('\n\ninfo at *query*:1: a [1, "b"]')).toBe(true);
});

test("dbg shows the value and its place, and passes it on", () => {
  const { data, summary } = ask(database(), 'dbg({ a: "x" }).a').body;
  expect(data).toBe("x");
  expect(summary).toBe(
    'info: { a: "x" }\nat *query*:1:4\n  |\n1 | dbg({ a: "x" }).a\n  |    ^^^^^^^^^^^^\n  |',
  );
});

test("a value from a template shows as <value>", () => {
  const { summary } = failure(database(), { fql: ["1 / ", { value: { "@int": "0" } }] });
  expect(summary).toContain("1 | 1 / <value>\n  |     ^^^^^^^\n");
});

test("unbound names are all found before anything runs", () => {
  const { message, summary } = failure(database(), 'log("ran")\nnope + other');
  expect(message).toBe("The query failed 2 validation checks");
  expect(summary).not.toContain("ran");
});

test("a hint for a place that no text shows shows none", () => {
  const db = database(`Function.create({ name: "nul", body: "x => x.a" })`);
  const { summary } = failure(db, "nul(null)");
  expect(summary).toMatch(/^error: Type `Null` does not have field `a`\nat <no source>\n/);
  expect(summary).toMatch(/\nhint: Use the ! or \?\. operator [^\n]+\nat <no source>$/);
});
