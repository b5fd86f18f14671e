import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeSimple,
  decodeTagged,
  encodeTagged,
  InvalidValue,
  type Plain,
  type Resolver,
} from "../../src/wire";
import { parseTime } from "../../src/fql/values/times";
import { runs } from "../../../../test/support/runs";

const TODO = { kind: "collection", id: 1024 } as const;
const resolver: Resolver = {
  module: (name) => (name === "Todo" ? TODO : undefined),
  document: (_collection, { id }) =>
    id === undefined ? undefined : { kind: "doc", coll: 1024, id },
};
const decode = (value: unknown): unknown => decodeTagged(value, resolver);

test.each([
  [{ "@int": "5" }, { kind: "int", value: 5 }],
  [{ "@long": "9223372036854775807" }, { kind: "long", value: 9223372036854775807n }],
  [{ "@double": "NaN" }, { kind: "double", value: NaN }],
  [{ "@time": "2024-01-01T00:00:00Z" }, parseTime("2024-01-01T00:00:00Z")],
  [{ "@mod": "Todo" }, TODO],
  [{ "@ref": { id: "7", coll: { "@mod": "Todo" } } }, { kind: "doc", coll: 1024, id: 7n }],
  [{ "@object": { "@int": "x" } }, { kind: "object", fields: new Map([["@int", "x"]]) }],
])("reads %j", (given, expected) => {
  expect(decode(given)).toEqual(expected);
});

test.each([
  [5, "numbers must be tagged"],
  [{ "@int": "no" }, "invalid integer"],
  [{ "@int": "2147483648" }, "invalid integer"],
  [{ "@mod": "Nope" }, "no such module 'Nope'"],
  [{ "@set": "x" }, "invalid tag '@set'"],
])("refuses %j", (given, message) => {
  expect(() => decode(given)).toThrow(new InvalidValue(message));
});

test("plain JSON keeps what looks like a tag, and sizes its numbers", () => {
  expect(decodeSimple({ "@int": 1, big: 2147483648, half: 0.5 })).toEqual({
    kind: "object",
    fields: new Map<string, unknown>([
      ["@int", { kind: "int", value: 1 }],
      ["big", { kind: "long", value: 2147483648n }],
      ["half", { kind: "double", value: 0.5 }],
    ]),
  });
});

const plain = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(true),
    fc.string(),
    fc.integer().map((value): Plain => ({ kind: "int", value })),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value): Plain => ({ kind: "long", value })),
    fc.double({ noNaN: true }).map((value): Plain => ({ kind: "double", value: value + 0 })),
    fc.array(tie("value")).map((items): Plain => ({ kind: "array", items })),
    fc
      .array(
        fc.tuple(
          fc.oneof(fc.string(), fc.constantFrom("@int", "__proto__", "constructor")),
          tie("value"),
        ),
      )
      .map((fields): Plain => ({ kind: "object", fields: new Map(fields) })),
  ),
})).value;

test("what is written in the tagged format is read back as it was", () => {
  fc.assert(
    fc.property(plain, (value) => {
      const wire: unknown = JSON.parse(JSON.stringify(encodeTagged(value)));
      expect(decode(wire)).toEqual(value);
    }),
    runs(100),
  );
});
