import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";
import {
  DateStub,
  Document,
  DocumentReference,
  EmbeddedSet,
  fql,
  Module,
  NamedDocument,
  NamedDocumentReference,
  NullDocument,
  Page,
  StreamToken,
  type QueryValue,
  TaggedTypeFormat,
  TimeStub,
} from "fauna";
import { faunaSerializer, SerializationError } from "fauna-clerk/serializer";
import { faunaV4 } from "fauna-clerk/v4";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";
import { runs } from "../support/runs";

faunaV4();

const there = (value: unknown): unknown =>
  faunaSerializer.deserialize(faunaSerializer.serialize(value));

const coll = new Module("Todo");
const ts = TimeStub.from("2026-01-01T00:00:00.123456789Z");
const todo = new DocumentReference({ coll, id: "1" });

/** As the driver decodes it from the server's answer. */
const answered = (tagged: unknown): unknown =>
  TaggedTypeFormat.decode(JSON.stringify(tagged), { long_type: "bigint" });

const v10: Readonly<Record<string, unknown>> = {
  Document: new Document({ coll, id: "1", ts, title: "one", tags: ["a"] }),
  DocumentReference: todo,
  NamedDocument: new NamedDocument({ coll, name: "Todo", ts, data: { a: 1 } }),
  NamedDocumentReference: new NamedDocumentReference({ coll, name: "Todo" }),
  NullDocument: new NullDocument(todo, "not found"),
  Module: coll,
  Page: new Page<QueryValue>({ data: [todo, 1n], after: "cursor" }),
  "a last page": new Page<QueryValue>({ data: [] }),
  EmbeddedSet: new EmbeddedSet("cursor"),
  TimeStub: ts,
  DateStub: DateStub.from("2026-01-01"),
  StreamToken: new StreamToken("token"),
  bytes: Uint8Array.from({ length: 20_000 }, (_, index) => index % 256),
  "no bytes": new Uint8Array(),
  "an answer": answered({
    "@set": {
      data: [
        {
          "@doc": {
            id: "1",
            coll: { "@mod": "Todo" },
            ts: { "@time": "2026-01-01T00:00:00Z" },
            long: { "@long": "9007199254740993" },
            bytes: { "@bytes": "AAEC" },
            nested: { "@object": { "@int": "no number" } },
            owner: { "@ref": { id: "2", coll: { "@mod": "User" }, exists: false, cause: "gone" } },
          },
        },
      ],
      after: "cursor",
    },
  }),
};

const { values } = faunadb;
const v4Collection = new values.Ref("Todo", values.Native.COLLECTIONS);
const v4: Readonly<Record<string, unknown>> = {
  Ref: new values.Ref("1", v4Collection),
  "a native Ref": values.Native.COLLECTIONS,
  SetRef: new values.SetRef({ match: new values.Ref("all", values.Native.INDEXES) } as never),
  FaunaTime: new values.FaunaTime("2026-01-01T00:00:00.123456789Z"),
  FaunaDate: new values.FaunaDate("2026-01-01"),
  Bytes: new values.Bytes(Uint8Array.of(0, 128, 255)),
  Query: new values.Query({ lambda: "x", expr: { var: "x" } } as never),
  "a document": { ref: new values.Ref("1", v4Collection), ts: 1, data: { at: new Date(0) } },
};

describe.each(Object.entries({ ...v10, ...v4 }))("%s", (_name, value) => {
  test("comes back as it was, as an instance of its class", () => {
    const back = there(value);
    expect(back).toStrictEqual(value);
    expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(value));
  });
});

test("a time that came back can be sent again", () => {
  const time = there(ts) as TimeStub;
  expect(fql`${time}`.encode()).toEqual(fql`${ts}`.encode());
});

test("any plain value comes back as it was, whatever its fields are called", () => {
  const key = fc.oneof(fc.string(), fc.constantFrom("@", "@int", "__proto__", "constructor"));
  const value = fc.anything({ key, withBigInt: true, maxDepth: 4 });
  fc.assert(
    fc.property(value, (plain) => {
      // toStrictEqual takes a field named constructor for the class.
      expect(isDeepStrictEqual(there(plain), plain)).toBe(true);
    }),
    runs(1000),
  );
});

test("an error keeps only its name and message", () => {
  const cause = new Error("with a secret");
  const back = there(Object.assign(new RangeError("too much", { cause }), { extra: cause }));
  expect(back).toBeInstanceOf(Error);
  expect(String(back)).toBe("RangeError: too much");
  expect(faunaSerializer.serialize(back)).not.toContain("secret");
});

test.each<[string, unknown, string]>([
  ["a function", { field: () => 1 }, "function"],
  ["a symbol", [Symbol("a")], "symbol"],
  ["a promise", Promise.resolve(), "an instance of Promise"],
  ["a map", new Map(), "an instance of Map"],
  ["a class of somebody else", new URL("https://example.com"), "an instance of URL"],
  ["a query", fql`1`, "an instance of"],
])("%s is refused with a clear error", (_name, value, what) => {
  expect(() => faunaSerializer.serialize(value)).toThrow(
    expect.objectContaining({
      name: "SerializationError",
      code: "not_serializable",
      message: expect.stringContaining(`Not a value of Fauna's: ${what}`) as string,
    }),
  );
});

test("an expression of FQL v4 whose driver is missing is refused, and the error says how to get it", () => {
  class Foreign {
    readonly _isFaunaExpr = true;
  }
  class Expression extends Foreign {}
  expect(() => faunaSerializer.serialize(new Expression())).toThrow(
    expect.objectContaining({
      code: "unknown_class",
      message: expect.stringContaining('Call faunaV4() of "fauna-clerk/v4" first.') as string,
    }),
  );
});

test("plain numbers are stored as they are", () => {
  expect(faunaSerializer.serialize({ a: 1.5, b: [0] })).toBe('fauna-clerk/1 [{"a":1.5,"b":[0]}]');
});

test("bytes that look like a number are bytes", () => {
  const bytes = Uint8Array.of(1, 2);
  expect(there({ bytes })).toEqual({ bytes });
  expect(there({ long: 2n ** 60n })).toEqual({ long: 2n ** 60n });
});

const written = (json: unknown): string =>
  faunaSerializer.serialize(1).replace("[1]", JSON.stringify([json]));

test.each([
  ["not_serialized", "no JSON", written(1).slice(0, -1)],
  ["not_serialized", "JSON of somebody else", JSON.stringify([{ buster: "", timestamp: 1 }])],
  ["not_serialized", "null", "null"],
  ["not_serialized", "a damaged value", written({ "@": 7 })],
  ["not_serialized", "damaged bytes", written({ "@": ["bytes", "%"] })],
  ["unknown_version", "a later version", written(1).replace("/1", "/2")],
  ["unknown_class", "an unknown class", written([{ "@": ["Surprise", {}] }])],
  ["unknown_class", "a name of Object.prototype's", written({ "@": ["toString", {}] })],
])("%s: %s is refused", (code, _name, text) => {
  expect(() => faunaSerializer.deserialize(text)).toThrow(SerializationError);
  expect(() => faunaSerializer.deserialize(text)).toThrow(expect.objectContaining({ code }));
});

test.each([
  [written(1).replace("/1", "/2"), "Another version wrote this. Discard it."],
  ["null", "No text of faunaSerializer."],
  [written({ "@": ["Surprise", {}] }), "There is no class Surprise here."],
  [written({ "@": ["v4.Surprise", {}] }), 'Call faunaV4() of "fauna-clerk/v4" first.'],
  [written({ "@": ["not.v4.", {}] }), "There is no class not.v4. here."],
])("the error says what is wrong: %s", (text, message) => {
  expect(() => faunaSerializer.deserialize(text)).toThrow(message);
});

test("the error of a damaged text has the cause", () => {
  expect(() => faunaSerializer.deserialize(written(1).slice(0, -1))).toThrow(
    expect.objectContaining({ cause: expect.any(SyntaxError) as Error }),
  );
});
