import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { known, migrated, type Migration } from "../../src/fql/model/migrations";
import { parseShape } from "../../src/fql/model/shape-text";
import { showShape } from "../../src/fql/model/shape";
import { isSubshape } from "../../src/fql/model/subshapes";
import { NULL, object, type Value } from "../../src/fql/values/value";
import { ask } from "../../../../test/support/ask";
import { runs } from "../../../../test/support/runs";

let fauna: LocalFauna;

beforeEach(async () => {
  fauna = await startLocalFauna();
});
afterEach(() => fauna.close());

/** Makes the collection `A` what its body says: the first line of what is wrong with it, or null. */
async function push(body: string): Promise<string | null> {
  const form = new FormData();
  form.set("main.fsl", new Blob([`collection A {\n${body}\n}\n`]), "main.fsl");
  const headers = { authorization: `Bearer ${fauna.secret}` };
  const url = `${fauna.url}/schema/1/update?force=true`;
  const answer = await fetch(url, { method: "POST", headers, body: form });
  const { error } = (await answer.json()) as { error?: { message: string } };
  return error ? error.message.split("\n")[0]! : null;
}

const query = async (text: string): Promise<unknown> => (await ask(fauna, fauna.secret, text)).data;

test("a collection that never had a document may become anything", async () => {
  expect(await push("a: Int")).toBeNull();
  expect(await push("b: String\n*: Any")).toBeNull();
  expect(await push("b: Int\nmigrations { drop .a }")).toBeNull();
});

test.each([
  ["a: Int", "error: Field `.b` is missing from the submitted schema"],
  [
    "a: Int\nb: String",
    "error: Field `.b` of type `String` does not match the live type `String | Null`",
  ],
  ["a: Int\nb: String?\nc: Int?", "error: Field `.c` is not present in the live schema"],
  ["a: Int\nb: String?\n*: Any", "error: Wildcard was not present in the live schema"],
  ["a: Number\nb: String? | Int", null],
  [
    "a: Int\nb: String?\nc: Int\nmigrations { add .c }",
    "error: Cannot declare non-nullable field `.c`: it has no default and no backfill value",
  ],
  ["a: Int\nb: String?\nc: Int = 5\nmigrations { add .c }", null],
  ["a: Int\nc: String?\nmigrations { move .b -> .c }", null],
  [
    "a: Int\nb: String?\nmigrations { drop .b }",
    "error: Cannot drop field `.b`. Dropped fields must be removed from schema",
  ],
  [
    "a: Int\nb: String?\nmigrations { add .z }",
    "error: Cannot add field, as `.z` is not in the submitted schema",
  ],
  [
    "a: Int\nb: String?\nmigrations { add .b }",
    "error: Field `.b` is in the live schema, so it cannot be added or backfilled",
  ],
  [
    "a: Int\nb: String?\nmigrations { backfill .a = 1 }",
    "error: Field `.a` is backfilled without being declared by an `add` or `split` migration",
  ],
])("where documents are, %j is told: %s", async (body, wrong) => {
  await push("a: Int\nb: String?");
  await query("A.create({ id: 1, a: 1 }).delete()");
  expect(await push(body)).toBe(wrong);
});

test("documents go through each migration once, and so does what they were", async () => {
  await push("a: Int\nb: String?");
  await query('A.create({ id: 1, a: 1, b: "x" }).a');
  const before = await query("A.byId(1)!.ts.toString()");
  const steps = ["add .c", "backfill .c = 5"];
  const written = (fields: string): string => `${fields}\nmigrations {\n${steps.join("\n")}\n}`;
  expect(await push(written("a: Int\nb: String?\nc: Int"))).toBeNull();
  expect(await query("A.byId(1)!.update({ c: 6 }).c")).toBe(6);
  steps.push("move .b -> .bb", "split .a -> .n, .s");
  expect(await push(written("n: Int = 0\ns: String?\nbb: String?\nc: Int"))).toBeNull();
  expect(await query("A.byId(1)! { n, s, bb, c }")).toEqual({ n: 1, s: null, bb: "x", c: 6 });
  expect(await query(`at (Time("${String(before)}")) { A.byId(1)! { n, bb, c } }`)).toEqual({
    n: 1,
    bb: "x",
    c: 5,
  });
  steps.push("drop .bb");
  expect(await push(written("n: Int = 0\ns: String?\nc: Int"))).toBeNull();
  expect(await query("A.byId(1)! { n, s, c }")).toEqual({ n: 1, s: null, c: 6 });
});

test("what FQL changes of a collection goes the same way", async () => {
  await push("a: Int");
  await query("A.create({ id: 1, a: 1 }).a");
  const change = (rest: string): Promise<unknown> =>
    ask(
      fauna,
      fauna.secret,
      `Collection.byName("A")!.update({ fields: { z: { signature: "Int?" } }${rest} }).name`,
    );
  expect(await change("")).toMatchObject({ error: { code: "invalid_schema" } });
  expect(await change(', migrations: [{ add: { field: ".z" } }]')).toMatchObject({ data: "A" });
});

test("moves take values along, and nothing but drops loses one", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const move = fc
    .tuple(name, name)
    .filter(([from, to]) => from !== to)
    .map(([field, to]): Migration => ({ kind: "move", field, to: [to] }));
  const target = {
    shapes: new Map(),
    initial: () => undefined,
    backfill: () => NULL,
    collectionOf: () => undefined,
  };
  fc.assert(
    fc.property(fc.array(move, { maxLength: 6 }), fc.uniqueArray(name), (steps, names) => {
      const data = new Map<string, Value>(names.map((each) => [each, each]));
      const now = migrated(data, steps, target);
      const places = new Map<string, string>(names.map((each) => [each, each]));
      for (const step of steps) {
        const value = places.get(step.field);
        places.delete(step.field);
        if (step.kind === "move" && value !== undefined) places.set(step.to[0]!, value);
      }
      expect(now).toEqual(places);
      expect(known(steps, steps)).toBe(steps.length);
      expect(migrated(now, steps.slice(known(steps, steps)), target)).toEqual(now);
    }),
    runs(100),
  );
});

test("fields inside of an object go the way of those outside", () => {
  const name = fc.constantFrom("a", "b", "c");
  const inside = (steps: readonly Migration[]): Migration[] =>
    steps.map((step) => ({
      ...step,
      field: `o.${step.field}`,
      ...("to" in step && { to: step.to.map((to) => `o.${to}`) }),
    })) as Migration[];
  const step = fc.oneof(
    fc
      .tuple(name, name)
      .filter(([from, to]) => from !== to)
      .map(([field, to]): Migration => ({ kind: "move", field, to: [to] })),
    name.map((field): Migration => ({ kind: "drop", field })),
    name.map((field): Migration => ({ kind: "add", field })),
  );
  const shapes = new Map(["a", "b", "c"].map((each) => [each, parseShape("String?")]));
  const target = { initial: () => undefined, backfill: () => NULL, collectionOf: () => undefined };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.uniqueArray(name), (steps, names) => {
      const data = new Map<string, Value>(names.map((each) => [each, each]));
      const outside = migrated(data, steps, { ...target, shapes });
      const o = { kind: "object", fields: shapes, rest: null } as const;
      const within = migrated(new Map([["o", object(data)]]), inside(steps), {
        ...target,
        shapes: new Map([["o", o]]),
      });
      expect(within).toEqual(new Map([["o", object(outside)]]));
    }),
    runs(100),
  );
});

test("what a migration gives to old documents is of the field's type", async () => {
  await push("a: Int");
  await query("A.create({ id: 1, a: 1 }).a");
  const given = (value: string): Promise<string | null> =>
    push(`a: Int\nb: Int\nmigrations {\nadd .b\nbackfill .b = ${value}\n}`);
  expect(await given('"x"')).toBe("error: Type `String` is not a subtype of `Int`");
  expect(await given("2")).toBeNull();
  expect(await query("A.byId(1)!.b")).toBe(2);
});

test("a type is within itself, within what it is a part of, and within Any", () => {
  const text = fc.letrec<{ type: string }>((tie) => ({
    type: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("Int", "String", "Number", '"x"', "5", "Time", "Ref<A>", "Null"),
      tie("type").map((of) => `Array<${of}>`),
      tie("type").map((of) => `{ a: ${of} }`),
    ),
  })).type;
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [one, other, both] = [a, b, `${a} | ${b}`].map((each) => parseShape(each));
      expect(isSubshape(one!, one!)).toBe(true);
      expect(isSubshape(one!, both!)).toBe(true);
      expect(isSubshape(one!, parseShape("Any"))).toBe(true);
      const mutual = isSubshape(one!, other!) && isSubshape(other!, one!);
      expect(mutual).toBe(showShape(one!) === showShape(other!));
    }),
    runs(100),
  );
});
