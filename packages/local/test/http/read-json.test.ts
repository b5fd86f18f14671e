import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonSyntaxError, plain, readBodyJson, readJson } from "../../src/http/read-json";
import { runs } from "../../../../test/support/runs";

function messageOf(text: string): string {
  try {
    readJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(JsonSyntaxError);
    return (error as Error).message;
  }
  throw new Error("it was read");
}

test("tells integers from numbers with a fraction or an exponent", () => {
  expect(readJson("[1000, 1000.0, 1e3, -0, 1.5]")).toEqual([1000n, 1000, 1000, 0n, 1.5]);
});

test("keeps integers of any size", () => {
  expect(readJson("9007199254740993")).toBe(9007199254740993n);
  expect(readJson("99999999999999999999")).toBe(99999999999999999999n);
});

test("reads what JSON.parse reads", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(plain(readJson(text))).toEqual(JSON.parse(text));
    }),
    runs(100),
  );
});

test("refuses what JSON.parse refuses", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,0.e-nulltrue \\') }), (text) => {
      const parse = (read: (source: string) => unknown): boolean => {
        try {
          read(text);
          return true;
        } catch {
          return false;
        }
      };
      expect(parse(readJson)).toBe(parse(JSON.parse));
    }),
    runs(2000),
  );
});

test("keeps the last of duplicate keys", () => {
  expect(readJson('{"a":1,"a":2}')).toEqual({ a: 2n });
});

test("has no special keys", () => {
  const value = readJson('{"__proto__":1,"constructor":2}') as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(value)).toBeNull();
});

test("words an unclosed object as the server does", () => {
  const source = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled);";
  expect(messageOf("{")).toBe(
    `Unexpected end-of-input: expected close marker for Object (start marker at ${source} line: 1, column: 1])\n` +
      ` at ${source} line: 1, column: 2]`,
  );
});

test("gives the line and the column of what it did not expect", () => {
  expect(messageOf("{\n 'a': 1}")).toMatch(
    /^Unexpected character \(''' \(code 39\)\): was expecting double-quote to start field name\n.* line: 2, column: 2\]$/,
  );
});

test("names a token after the end", () => {
  expect(messageOf('{"query":"1"} trailing')).toMatch(
    /^Unrecognized token 'trailing'.*\n.*column: 23\]$/,
  );
});

test("refuses nesting without end instead of overflowing", () => {
  expect(messageOf("[".repeat(100_000))).toBe("JSON exceeds nesting limit");
});

test.each(['{"a":1}{}', '{"a":1}[', '{"a":1} 5', '{"a":1}"x"'])(
  "a body may begin with %s",
  (text) => {
    expect(readBodyJson(text)).toEqual({ a: 1n });
  },
);

test.each([
  ['{"a":1}}', "Unexpected close marker '}': expected ']' (for root starting at "],
  ['{"a":1},', "Unexpected character (',' (code 44)): expected a value"],
  [
    "[NaN]",
    "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
  ],
  ["[-Infinity]", "Non-standard token '-Infinity': enable"],
  [
    "[-x]",
    "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow",
  ],
])("%s is refused in the server's words", (text, words) => {
  expect(() => readBodyJson(text)).toThrow(words);
});
