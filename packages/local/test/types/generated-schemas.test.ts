import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../../test/support/runs";
import { mistakesOf } from "../support/schema-mistakes";

/** A part of a schema as it is right, and with one mistake in it. */
interface Part {
  readonly right: string;
  readonly wrong: string;
}

/** A type, a default of it, and what is no such value. */
const TYPES = [
  { type: "Int", initial: "1", other: '"x"' },
  { type: "String", initial: '"a"', other: "2" },
  { type: "Boolean", initial: "true", other: "null" },
  { type: "Time", initial: "Time.now()", other: "Date.today()" },
  { type: "Array<Int>", initial: "[1, 2]", other: '["a"]' },
  { type: '"new" | "old"', initial: '"new"', other: '"other"' },
  { type: "{ x: Int, y: String? }", initial: "{ x: 1 }", other: '{ y: "a" }' },
] as const;

/** A collection with all that it may declare, and some fields. */
function collection(
  chosen: readonly (typeof TYPES)[number][],
  name: string,
  other: string,
): Part[] {
  const line = (right: string, wrong: string): Part => ({
    right: `  ${right}\n`,
    wrong: `  ${wrong}\n`,
  });
  const fields = chosen.map(({ type, initial, other: bad }, i) =>
    line(`f${i}: ${type} = ${initial}`, `f${i}: ${type} = ${bad}`),
  );
  const same = (text: string): Part => ({ right: text, wrong: text });
  return [
    same(`collection ${name} {\n  n: Int\n  s: String?\n`),
    line(`other: Ref<${other}>`, `other: ${other}`),
    line("o: { a: Int, b: Array<String> }", "o: { a: ID, b: Array<String> }"),
    ...fields,
    line("compute up = d => d.n + 1", "compute up = d => d.s + 1"),
    line("compute len: Number = d => d.o.b.length", "compute len: Int = d => d.o.b.length"),
    line("compute deep = d => d.other?.n ?? 0", "compute deep = d => d.other.n"),
    line("check positive (d => d.n > 0)", "check positive (d => d.n)"),
    line("check named (.s != null)", "check named (.t != null)"),
    line("unique [.n, .o.a]", "unique [.n, .o.c]"),
    line(
      "index by { terms [.n, mva(.o.b)]; values [desc(.s)] }",
      "index by { terms [.n, mva(.o.b)]; values [desc(.z)] }",
    ),
    same("}\n"),
  ];
}

function rights(name: string): Part[] {
  const rule = (of: string, right: string, wrong: string): Part => ({
    right: `role ${of} { ${right} }\n`,
    wrong: `role ${of} { ${wrong} }\n`,
  });
  return [
    {
      right: `function read${name}(id: ID): Int { ${name}.byId(id)!.n }\n`,
      wrong: `function read${name}(id: ID): Int { ${name}.byId(id).n }\n`,
    },
    {
      right: `function add${name}(n: Int) : String { if (n > 1) "a" else "b" }\n`,
      wrong: `function add${name}(n: Int) : String { if (n > 1) "a" else n }\n`,
    },
    {
      right: `function free${name}(x) { add${name}(x) + "!" }\n`,
      wrong: `function free${name}(x) { add${name}("x") + "!" }\n`,
    },
    rule(
      `see${name}`,
      `privileges ${name} { read { predicate (d => d == Query.identity()) } }`,
      `privileges ${name} { read { predicate (d => me) } }`,
    ),
    rule(`call${name}`, `privileges free${name} { call }`, `privileges free { call }`),
  ];
}

const schemas = fc.array(fc.subarray([...TYPES]), { minLength: 1, maxLength: 3 }).map((all) =>
  all.flatMap((fields, i) => {
    const name = "ABC"[i]!;
    return [...collection(fields, name, "ABC"[(i + 1) % all.length]!), ...rights(name)];
  }),
);

test("a well-typed schema is accepted, and refused with one mistake in any of its parts", () => {
  const property = fc.property(schemas, fc.nat(), (parts, chosen) => {
    expect(mistakesOf(parts.map(({ right }) => right).join(""))).toEqual([]);
    const breakable = parts.filter(({ right, wrong }) => right !== wrong);
    const broken = breakable[chosen % breakable.length]!;
    const text = parts.map((part) => (part === broken ? part.wrong : part.right)).join("");
    expect(mistakesOf(text)).not.toEqual([]);
  });
  fc.assert(property, runs(60));
});
