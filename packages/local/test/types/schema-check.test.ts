import { expect, test } from "vitest";
import { mistakesOf } from "../support/schema-mistakes";

/** The first line and the place of each mistake. */
function told(text: string, isTyped = true): string[] {
  return mistakesOf(text, isTyped).map((mistake) => {
    const [said = "", place = ""] = mistake.split("\n");
    return `${said.replace("error: ", "")} ${place.replace("at main.fsl:", "")}`;
  });
}

const A = "Type `{ id: ID, ts: Time, ttl: Time | Null, a: Int }` does not have field";

/** What must hold of each part of a schema: FSL, and what the server says of it. */
const RULES: readonly (readonly [rule: string, fsl: string, want: readonly string[]])[] = [
  ["a type exists", "collection A { a: Strin }", ["Unknown type `Strin` 1:19"]],
  [
    "a field can be stored",
    "collection A { a: Array<ID> }",
    ["Field `a` in collection A is not persistable 1:19"],
  ],
  ["a reference is `Ref`", "collection A { a: Ref<A>? }", []],
  ["a reference may be both of its types", "collection A { a: A | NullA }", []],
  [
    "a default is of its field's type",
    'collection A { a: Int = "x" }',
    ["Type `String` is not a subtype of `Int` 1:25"],
  ],
  [
    "parts of a field have defaults where they are there in any case",
    "collection A { a: { b: Int = 1, c: { d: Int = 2 } } }",
    [],
  ],
  [
    "parts of a nullable field have no defaults",
    "collection A { a: { b: Int = 1 }? }",
    ["Default values are not allowed here 1:30"],
  ],
  [
    "parts of a field with a default have none",
    "collection A { a: { b: Int = 1 } = { b: 2 } }",
    ["Default values are not allowed here 1:30"],
  ],
  [
    "signatures have no defaults",
    "function f(x: { a: Int = 1 }): Int { 1 }",
    ["Default values are not allowed here 1:26"],
  ],
  [
    "names and aliases are given once",
    "@alias(B) collection A { a: Int }\nfunction B() { 1 }\n@alias(C) collection C {}",
    ["Duplicate collection or function `B` 2:10", "Duplicate collection or function `C` 3:8"],
  ],
  [
    "an index path is of fields alone",
    "collection A { a: { b: Int }?; index i { terms [.a?.b] } }",
    ["Invalid field path 1:51"],
  ],
  [
    "only `Any` is a wildcard",
    "collection A { *: Int }",
    ["Top-level wildcard must have type `Any` 1:19"],
  ],
  [
    "a computed field is of its type",
    "collection A { a: Int; compute b: Int = d => d.a * 2 }",
    ["Type `Number` is not a subtype of `Int` 1:41"],
  ],
  [
    "a computed field uses fields there are",
    "collection A { a: Int; compute b = d => d.zz }",
    [`${A.replace("a: Int", "a: Int, b: Never")} \`zz\` 1:43`],
  ],
  [
    "a check uses fields there are",
    "collection A { a: Int; check c (d => d.zz > 0) }",
    [`${A} \`zz\` 1:40`],
  ],
  [
    "an index is of fields there are",
    "collection A { a: Int; index b { terms [.zz] } }",
    [`${A} \`zz\` 1:42`],
  ],
  [
    "a constraint is of fields there are",
    "collection A { a: Int; unique [.zz] }",
    [`${A} \`zz\` 1:33`],
  ],
  [
    "an index does not look through null",
    "collection A { o: { x: Int }?; index b { terms [.o.x] } }",
    ["Type `Null` does not have field `x` 1:52"],
  ],
  ["without fields, anything may be indexed", "collection A { index b { terms [.x.y] } }", []],
  [
    "a function does what its signature says",
    "function f(x: Int): String { x }",
    ["Type `Int` is not a subtype of `String` 1:15"],
  ],
  [
    "functions may call each other if they have signatures",
    `function even(n: Number): Boolean { if (n == 0) true else odd(n - 1) }
     function odd(n: Number): Boolean { if (n == 0) false else even(n - 1) }`,
    [],
  ],
  [
    "names exist, in functions as in predicates",
    "function f() { nope }",
    ["Unbound variable `nope` 1:16"],
  ],
  [
    "predicates of rights are typed by themselves",
    "collection A { a: Int }\nrole r { privileges A { read { predicate (d => d.zz + nope) } } }",
    ["Unbound variable `nope` 2:55"],
  ],
  [
    "rights are of what exists",
    "role r { privileges Nope { read }; membership Nada }",
    ["Resource `Nada` does not exist 1:47", "Resource `Nope` does not exist 1:21"],
  ],
  [
    "rights are looked at when the rest is right",
    "function f() { nope }\nrole r { privileges Nope { read } }",
    ["Unbound variable `nope` 1:16"],
  ],
  [
    "indexed computed fields use nothing that changes by itself",
    "collection A { a: Int; compute b = d => d.ts; index i { terms [.b] } }",
    ["Computed fields used in indexes or constraints cannot use a doc's ts field 1:43"],
  ],
];

test.each(RULES)("%s: %s", (_rule, fsl, want) => {
  expect(told(fsl)).toEqual(want);
});

test("without types, signatures and names of resources are checked alone", () => {
  expect(told("function f() { nope }\ncollection A { a: Int = nope }", false)).toEqual([]);
  expect(told("collection A { a: Strin }\nrole r { membership B }", false)).toEqual([
    "Unknown type `Strin` 1:19",
  ]);
});
