import fc from "fast-check";
import { expect, test } from "vitest";
import { CheckError } from "../../src/fql/errors";
import { parseLambda, parseQuery } from "../../src/fql/parser";
import { print } from "../../src/fql/printer";
import { summarize } from "../../src/fql/summary";
import { runs } from "../../../../test/support/runs";

function complaint(text: string): string {
  try {
    parseQuery({ name: "*query*", text });
  } catch (error) {
    if (error instanceof CheckError)
      return summarize(error.diagnostics).split("\n").slice(0, 2).join(" ");
    throw error;
  }
  throw new Error("it was parsed");
}

test.each([
  ["1 +", "error: Expected expression at *query*:1:4"],
  ["(1", "error: Expected `)`, `,`, or `...` at *query*:1:3"],
  ["[1, 2", "error: Expected `,` or `]` at *query*:1:6"],
  ["f(1", "error: Expected `)` or `,` at *query*:1:4"],
  ["f(", "error: Expected `)` or expression at *query*:1:3"],
  ["[1,,2]", "error: Expected `]` or expression at *query*:1:4"],
  ["{ a 1 }", "error: Expected `}` or expression at *query*:1:3"],
  ["let x", "error: Expected `:` or `=` at *query*:1:6"],
  ["if true 1", "error: Expected `(` at *query*:1:4"],
  ["1 2", "error: Expected end-of-input at *query*:1:3"],
  ["<<-A\n  x\n  y", 'error: Expected !().rep(1) ~ ().rep(1) or "A" at *query*:3:3'],
  ["<<-A\nx\n", 'error: Expected !().rep(1) or "A" at *query*:2:2'],
  ["<<+A\nx", 'error: Expected "A" or ().rep ~ ().rep(1) at *query*:2:1'],
  ["<<+A\nx\n", 'error: Expected "A" or ().rep(1) at *query*:2:2'],
  ["<<+A\nx #{1}", "error: Expected [\\n\\r] at *query*:2:7"],
  ["<<+A\nx\nAB", "error: Expected end-of-input at *query*:3:2"],
  ["{ a: 1 } { }", "error: Expected `*` or identifier at *query*:1:12"],
  ['"\\q"', "error: Expected escape code at *query*:1:3"],
  ["", "error: Unexpected end of query. Expected statement or expression at *query*:1:1"],
  ['"open', "error: Unexpected end of query. Expected statement or expression at *query*:1:1"],
  ['"a # b', "error: Unexpected end of query. Expected statement or expression at *query*:1:1"],
  ['"a # b #{1} # c', 'error: Expected `"` at *query*:1:16'],
  ["1e", "error: Expected [+\\\\-] or [0-9] at *query*:1:3"],
  ["let x = 1", "error: Missing return expression at *query*:1:10"],
  ["let f = .a", "error: Invalid anonymous field access at *query*:1:9"],
  ["{ a: 1, a: 2 }", "error: Duplicate key at *query*:1:9"],
  ["let x: [Int 1] = 1; x", "error: Expected `,` or `]` at *query*:1:13"],
  ["let x: [Int: 1] = 1; x", "error: Expected `,`, `<`, or `]` at *query*:1:12"],
  ["let x: [Int, = 1; x", "error: Expected `]` at *query*:1:14"],
  ["let x: (= 1; x", "error: Expected `)` or `,` at *query*:1:9"],
  ["let x: { a Int } = 1; x", "error: Expected `}` at *query*:1:10"],
  ["let x: { a: Int = 1; x", "error: Expected `,` or `}` at *query*:1:20"],
  ["let x: { a: Int\nb } = 1; x", "error: Expected `}` at *query*:2:1"],
  ["let x: Array<Int = 1; x", 'error: Expected ">" or `,` at *query*:1:18'],
  ["let x: Array<> = 1; x", "error: Expected type at *query*:1:14"],
  ["let x: (Int...) => Int = 1; x", "error: Expected `)`, `,`, `:`, or `<` at *query*:1:12"],
  ["let x: (a : Int) => Int = 1; x", "error: Expected `)` or `,` at *query*:1:11"],
  ["let x: Int: = 1; x", "error: Expected `<` or `=` at *query*:1:11"],
  ["let x: 0x = 1; x", "error: Expected [0-9a-fA-F_] at *query*:1:10"],
  ["let x: -0x = 1; x", "error: Expected [0-9a-fA-F_] at *query*:1:11"],
  ["let x: { a: 0b } = 1; x", "error: Expected [01_] at *query*:1:15"],
  ["let x: 1e = 1; x", "error: Expected `=` at *query*:1:9"],
  ["(a, a) => a", "error: Duplicate lambda argument at *query*:1:5"],
])("%j is refused where it goes wrong", (text, expected) => {
  expect(complaint(text)).toBe(expected);
});

test.each([
  ["1 + 2 * 3 ** 2 ** 2", "1 + 2 * 3 ** 2 ** 2"],
  ["a.b?.c( 1,2 )![ 0 ]", "a.b?.c(1, 2)![0]"],
  ["x => { let y = x; y }", "(x) => {\n  let y = x\n  y\n}"],
  ["(a, _, ...r) => a", "(a, _, ...r) => a"],
  ["'it\\'s'", '"it\'s"'],
  ['"a#{1 + b}"', '"a#{1 + b}"'],
  ["'#{1}'", '"\\#{1}"'],
  ["1.50 + 1e3", "1.50 + 1E+3"],
  ["if (a) 1 else { b: null }", "if (a) 1 else {\n  b: null\n}"],
  ["at (t) x { a, b: .c }", "at (t) x {\n  a: .a,\n  b: .c\n}"],
])("%j prints as the server prints it", (text, expected) => {
  expect(print(parseLambda({ name: "", text: `() => ${text}` }).body)).toBe(expected);
});

test("a newline before a bracket, a brace or a sign starts a statement; before a dot it does not", () => {
  const statements = (text: string): number => {
    const block = parseQuery({ name: "", text });
    return block.kind === "block" ? block.body.length : 0;
  };
  expect(["a\n[0]", "a\n{ b: 1 }", "a\n- 1", "a\n.b", "a\n?.b", "a\n&& b"].map(statements)).toEqual(
    [2, 2, 2, 1, 1, 1],
  );
});

test("a short lambda takes in all operators around it, also through parentheses", () => {
  const argument = (text: string): string | undefined => {
    const block = parseQuery({ name: "", text });
    const value = block.kind === "block" ? block.body[0]!.value : block;
    const link = value.kind === "chain" ? value.links[0]! : undefined;
    return link?.kind === "method" ? link.args[0]?.kind : undefined;
  };
  expect(argument("a.f(.x > 1 && (.y || .z))")).toBe("shortLambda");
  expect(argument("a.f(!.x)")).toBe("shortLambda");
  expect(argument("a.f(!(.x))")).toBe("unary");
});

test("any text is either parsed or refused with a place in it", () => {
  const words = fc.constantFrom(
    ..."let if else at isa null ( ) [ ] { } . ?. ! => = == + - * ** && ?? : , ; ... #{ \" ' <<+A a b 1 1.5 \n // /* */".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(words, fc.string({ maxLength: 3 })), { maxLength: 30 }),
      (parts) => {
        const text = parts.join(" ");
        try {
          parseQuery({ name: "*query*", text });
        } catch (error) {
          if (!(error instanceof CheckError)) throw error;
          for (const { span } of error.diagnostics)
            expect(span.start).toBeLessThanOrEqual(text.length);
          expect(summarize(error.diagnostics)).toMatch(/^error: /);
        }
      },
    ),
    runs(500),
  );
});
