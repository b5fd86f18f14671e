import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";
import {
  DateStub,
  Document,
  DocumentReference,
  EmbeddedSet,
  Module,
  NamedDocument,
  NamedDocumentReference,
  NullDocument,
  Page,
  type QueryValue,
  StreamToken,
  TaggedTypeFormat,
  TimeStub,
} from "fauna";
import { isSerializationError } from "fauna-clerk/server";
import { describe, expect, test } from "vitest";

import { decodeValues } from "../../src/cache/hydration";
import { encodeValues } from "../../src/server/encode-values";
import { runs } from "../support/runs";

const there = (value: unknown): unknown => decodeValues(encodeValues(value));

const coll = new Module("Todo");
const ts = TimeStub.from("2026-01-01T00:00:00.123456789Z");
const todo = new DocumentReference({ coll, id: "1" });

const values: Readonly<Record<string, unknown>> = {
  Document: new Document({ coll, id: "1", ts, title: "one", tags: ["a"], owner: todo, ["@a"]: 1 }),
  "a document within one": new Document({
    coll,
    id: "1",
    ts,
    of: new Document({ coll, id: "2", ts }),
  }),
  DocumentReference: todo,
  NamedDocument: new NamedDocument({ coll, name: "Todo", ts, data: { a: 1 } }),
  NamedDocumentReference: new NamedDocumentReference({ coll, name: "Todo" }),
  NullDocument: new NullDocument(todo, "not found"),
  "a null document by name": new NullDocument(
    new NamedDocumentReference({ coll, name: "Todo" }) as never,
    "not found",
  ),
  Module: coll,
  Page: new Page<QueryValue>({ data: [todo, 1n], after: "cursor" }),
  "a last page": new Page<QueryValue>({ data: [] }),
  "pages of a list": { pages: [{ data: [todo], after: "cursor" }], pageParams: [null] },
  EmbeddedSet: new EmbeddedSet("cursor"),
  TimeStub: ts,
  DateStub: DateStub.from("2026-01-01"),
  StreamToken: new StreamToken("token"),
  bytes: Uint8Array.from({ length: 20_000 }, (_, index) => index % 256),
  "a long": 9007199254740993n,
  "a small bigint": 1n,
  "numbers of all kinds": [0, -0, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 1e300],
  "an object with the names of tags": { "@b": "1", "@c": { a: null } },
  null: null,
};

test.each(Object.entries(values))("%s is the same in the browser", (_name, value) => {
  expect(isDeepStrictEqual(there(value), value)).toBe(true);
});

test("whatever the driver can decode is the same in the browser", () => {
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.integer().map((n) => ({ "@int": String(n) })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => ({ "@long": String(n) })),
    fc.double().map((n) => ({ "@double": String(n) })),
    fc.constant({ "@time": "2026-01-01T00:00:00Z" }),
    fc.uint8Array().map((bytes) => ({ "@bytes": Buffer.from(bytes).toString("base64") })),
  );
  const fields = (of: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
    fc.dictionary(fc.stringMatching(/^[a-z@]{1,4}$/), of, { noNullPrototype: true });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("tree")),
      fields(tie("tree")).map((value) => ({ "@object": value })),
      fc.array(tie("tree")).map((data) => ({ "@set": { data } })),
      fields(tie("tree")).map((own) => ({
        "@doc": { ...own, id: "1", coll: { "@mod": "A" }, ts: { "@time": "2026-01-01T00:00:00Z" } },
      })),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom("number", "bigint"), (tagged, long_type) => {
      const value: unknown = TaggedTypeFormat.decode(JSON.stringify(tagged), {
        long_type,
      } as never);
      return isDeepStrictEqual(there(value), value);
    }),
    runs(50),
  );
});

describe("refuses", () => {
  test.each([
    ["a function", () => {}],
    ["a symbol", Symbol("a")],
    ["a date", new Date(0)],
    ["an instance of another class", new URL("https://example.com")],
  ])("%s", (_name, value) => {
    const failure = (): unknown => {
      try {
        return encodeValues({ a: [value] });
      } catch (error) {
        return error;
      }
    };
    expect(failure()).toSatisfy(isSerializationError);
  });
});
