import { expect, test } from "vitest";
import { summarize } from "../../src/fql/summary";
import { parseExpression, parseLambda, parseQuery, parseType } from "../../src/fql/parser";
import { Inference } from "../../src/types/infer";
import type { Schema } from "../../src/types/schema";
import { SchemaCheck } from "../../src/types/schema-check";
import { SchemaTypes } from "../../src/types/schema-types";
import { show } from "../../src/types/show";

const FIELDS = {
  name: ["String"],
  email: ["String?"],
  age: ["Int"],
  role: ['"admin" | "member"', '"member"'],
  score: ["Double?"],
  address: ["{ street: String, zip: Int? }?"],
  tags: ["Array<String>", "[]"],
  boss: ["Ref<User>?"],
} as const;

const field = (name: string, [signature, initial]: readonly [string, string?]) => ({
  type: parseType(signature, `*field:User:${name}*`),
  initial: initial === undefined ? null : parseExpression({ name: "*initial*", text: initial }),
});

const lambda = (text: string) => parseLambda({ name: "*body*", text });

const SCHEMA: Schema = {
  collections: [
    {
      name: "User",
      alias: "Person",
      fields: new Map(Object.entries(FIELDS).map(([name, text]) => [name, field(name, text)])),
      computed: new Map([["label", { type: null, body: lambda(`u => u.name + "!"`) }]]),
      wildcard: null,
      documentTtls: null,
      indexes: new Map([["byAge", [{ path: ["age"], mva: false }]]]),
    },
    {
      name: "Free",
      alias: null,
      fields: new Map(),
      computed: new Map(),
      wildcard: null,
      documentTtls: null,
      indexes: new Map(),
    },
  ],
  functions: [
    {
      name: "pick",
      alias: null,
      signature: parseType("(x: A) => A"),
      body: lambda("(x) => { x }"),
    },
    { name: "twice", alias: null, signature: null, body: lambda("(n) => { n * 2 }") },
  ],
  roles: new Set(),
  grants: [],
};
const types = new SchemaTypes(SCHEMA);

/** The type of a query; what is refused as its first line and place. */
function typeOf(text: string): string {
  const expr = parseQuery({ name: "*query*", text });
  const inference = new Inference(types.environmentFor(expr));
  const type = inference.whole(expr);
  if (!inference.errors.length) return show(inference, type, true);
  const [said, place] = summarize(inference.errors).split("\n");
  return `${said!.replace(/^error: /, "")} ${place!}`;
}

/** Each rule of the server, with texts and what it says of them. */
const RULES: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "a failed expression is told once",
    [["let x = 1.foo\nx.bar", "Type `Int` does not have field `foo` at *query*:1:11"]],
  ],
  [
    "names must be bound",
    [
      ["x", "Unbound variable `x` at *query*:1:1"],
      ["let f = n => f(n)\nf", "Unbound variable `f` at *query*:1:14"],
    ],
  ],
  [
    "literals stay literal",
    [
      ["[1, 'a']", `[1, "a"]`],
      ["if (true) 1 else null", "1 | Null"],
      ["true", "true"],
    ],
  ],
  [
    "a literal fits its type; any string or int fits ID",
    [
      ["User('1')", "Ref<User>"],
      ["let x: Double = 1\nx", "Double"],
      ["let x: Int = 3000000000\nx", "Type `3000000000` is not a subtype of `Int` at *query*:1:5"],
    ],
  ],
  [
    "arithmetic is Number, which is no Int",
    [
      ["let n: Int = 1 + 1\nn", "Type `Number` is not a subtype of `Int` at *query*:1:5"],
      ["1 + 2", "Number"],
    ],
  ],
  [
    "a union fits if each member does",
    [
      ["let b: Boolean = if (true) true else false\nb", "Boolean"],
      ["User('1').age", "Type `Null` does not have field `age` at *query*:1:11"],
    ],
  ],
  [
    "records have the fields that are wanted and no others",
    [
      ["let x: { a: Int } = {}\nx", "Type `{}` does not have field `a` at *query*:1:8"],
      ["let x: { a: Int? } = {}\nx", "{ a: Int | Null }"],
      [
        "let x: { a: Int } = { a: 1, b: 2 }\nx",
        "Type `{ a: 1, b: 2 }` contains extra field `b` at *query*:1:8",
      ],
    ],
  ],
  [
    "tuples fit arrays, not the reverse",
    [
      ["let x: Array<Int> = [1, 2]\nx", "Array<Int>"],
      [
        "let x: [Int] = [1].map(y => y)\nx",
        "Type `Array<1>` is not a subtype of `[Int]` at *query*:1:5",
      ],
    ],
  ],
  [
    "Any fits everything, and everything it",
    [
      ["let x: Any = 1\nx.a.b(2)[3]", "Any"],
      ["abort('x') + 1", "Number"],
    ],
  ],
  [
    "null fits a reference",
    [
      ["User('1')!.update({ boss: null })", "User"],
      ["Free.create({ x: 1 }) { x }", "{ x: Any }"],
    ],
  ],
  [
    "functions have one arity",
    [
      [
        "(x => x)(1, 2)",
        "Function was called with too many arguments. Expected 1, received 2 at *query*:1:9",
      ],
    ],
  ],
  [
    "annotations may be generic if what is given is answered",
    [
      ["let f: A => A = x => x\nf(1)", "1"],
      ["let x: A = 1\nx", "Unknown type `A` at *query*:1:8"],
      ["let x: Nope<Int> = 1\nx", "Unknown type `Nope` at *query*:1:8"],
    ],
  ],
  [
    "documents have all their fields, and coll, exists, update",
    [
      ["User('1')!.exists()", "true"],
      ["User('1')!.coll", "UserCollection"],
      [
        "User('1')!.titel",
        'Type `{ id: ID, ts: Time, ttl: Time | Null, name: String, tags: Array<String>, score: Double | Null, age: Int, address: { street: String, zip: Int | Null } | Null, boss: Ref<User> | Null, email: String | Null, role: "admin" | "member", label: String }` does not have field `titel` at *query*:1:12',
      ],
    ],
  ],
  [
    "of a missing document one may read id, coll and exists",
    [
      ["User('1').id", "ID"],
      ["User('1').exists()", "Boolean"],
      ["User('1')!.boss.id", "Type `Null` does not have field `id` at *query*:1:17"],
    ],
  ],
  [
    "an alias is a collection of its own name",
    [
      ["Person.all()", "Set<Person>"],
      ["let p: Person = User('1')!\np", "Person"],
    ],
  ],
  [
    "indexes take their terms, or a range besides",
    [
      ["User.byAge(1)", "Set<User>"],
      ["User.byAge(1, { from: 2 })", "Set<User>"],
      ["User.byAge(36.5)", "Type `Double` is not a subtype of `Int` at *query*:1:12"],
    ],
  ],
  [
    "numbers of all kinds are written to a number field",
    [
      ["User.create({ name: 'N', age: 1.5 })", "User"],
      ["User.create({ age: 1 })", "Type `{ age: 1 }` does not have field `name` at *query*:1:13"],
      [
        "User.create({ name: 'N', age: 1, label: 'x' })",
        'Type `{ name: "N", age: 1, label: "x" }` contains extra field `label` at *query*:1:13',
      ],
    ],
  ],
  [
    "a collection without fields takes all",
    [
      ["Free.create({ a: 1 }).a.b", "Any"],
      ["Free.create({ data: 1 })", "Type `Int` is not a subtype of `Null` at *query*:1:21"],
    ],
  ],
  [
    "`!` takes null away, `?.` and its chain give it back",
    [
      ["User('1')?.address?.zip", "Int | Null"],
      ["User('1')!.email ?? 'none'", `"none" | String`],
      ["User('1')!.email!.length", "Number"],
    ],
  ],
  [
    "nothing narrows",
    [
      [
        "let u = User('1')\nif (u != null) u.age",
        "Type `Null` does not have field `age` at *query*:2:18",
      ],
    ],
  ],
  [
    "`[…]` asks by name or number",
    [
      ["{ a: 1 }['a']", "1"],
      ["[1, 2][5]", "Never"],
      ["1[0]", "Cannot use `[]` operator with type `Int` at *query*:1:2"],
    ],
  ],
  [
    "conditions are Boolean",
    [["if (null) 1 else 2", "Type `Null` is not a subtype of `Boolean` at *query*:1:5"]],
  ],
  [
    "`+` adds numbers or strings",
    [
      ["'a' + 'b'", "String"],
      ["1 + 'b'", "Type `String` is not a subtype of `Number` at *query*:1:5"],
      ["(a, b) => a + b", "((Number, Number) => Number) & ((String, String) => String)"],
    ],
  ],
  [
    "projections go into elements, and let null be",
    [
      ["User.all() { name, n: .age * 2 }", "Set<{ name: String, n: Number }>"],
      ["User('1') { name }", "{ name: String } | Null"],
      ["User.all() { titel }", typeOfTitel()],
    ],
  ],
  [
    "the types of lambdas are found out",
    [
      ["x => x.a + 1", "{ a: Number, ... } => Number"],
      ["let f = x => x\n[f(1), f('a')]", `[1, "a"]`],
    ],
  ],
  [
    "elements of a declared type are not widened",
    [
      [
        "let x: Array<Int> = [1]\nx.append(1.5)",
        "Type `Double` is not a subtype of `Int` at *query*:2:10",
      ],
      ["[1].concat(['a'])", `Array<1 | "a">`],
    ],
  ],
  [
    "predicates of sets may be null, those of collections not",
    [
      ["User.all().where(.age > 1)", "Set<User>"],
      ["User.where(u => null)", "Type `Null` is not a subtype of `Boolean` at *query*:1:17"],
      ["User.all().where(.name)", "Set<User>"],
    ],
  ],
  [
    "functions of the schema are typed",
    [
      ["pick(1)", "1"],
      ["twice('a')", "Type `String` is not a subtype of `Number` at *query*:1:7"],
      ["twice", "UserFunction<Number => Number>"],
    ],
  ],
  [
    "only types that a text leads to are known",
    [["let u: User = User('1')!\nu.boss", "Ref<User> | Null"]],
  ],
];

function typeOfTitel(): string {
  return typeOf("User('1')!.titel").replace("1:12", "1:14");
}

test.each(
  RULES.flatMap(([rule, texts]) => texts.map(([text, want]) => [rule, text, want] as const)),
)("%s: %s", (_rule, text, want) => {
  expect(typeOf(text)).toBe(want);
});

test("the computed field's type is found out with the schema", () => {
  expect(new SchemaCheck(SCHEMA).run()).toEqual([]);
  expect(typeOf("User('1')!.label")).toBe("String");
});
