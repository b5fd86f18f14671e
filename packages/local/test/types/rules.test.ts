import { expect, test } from "vitest";
import type { Expr } from "../../src/fql/ast";
import { CheckError } from "../../src/fql/errors";
import { LIBRARY } from "../../src/fql/stdlib/library";
import { summarize, type Diagnostic } from "../../src/fql/summary";
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
const types = new SchemaTypes(LIBRARY, SCHEMA);

/** The type of a query; what is refused as its first line and place. */
function typeOf(text: string): string {
  let expr: Expr;
  try {
    expr = parseQuery({ name: "*query*", text });
  } catch (error) {
    if (error instanceof CheckError) return told(error.diagnostics);
    throw error;
  }
  const inference = new Inference(types.environmentFor(expr));
  const type = inference.whole(expr);
  if (!inference.errors.length) return show(inference, type, true);
  return told(inference.errors);
}

function told(errors: readonly Diagnostic[]): string {
  const [said = "", place = ""] = summarize(errors).split("\n");
  return `${said.replace(/^error: /, "")} ${place.replace("*query*:", "")}`;
}

/** What the server says of texts, by the rules of its type check; `$USER` is how it shows a user. */
const RULES = String.raw`
# 1. A failed expression gets a silent type: nothing that follows from it is told again.
let x = 1.foo; x.bar ==> Type ~Int~ does not have field ~foo~ at 1:11
let x: Int = 1.foo; x.bar ==> Type ~Int~ does not have field ~foo~ at 1:16
"a".concat(1, 2.foo) ==> Type ~Int~ does not have field ~foo~ at 1:17
# 2. Syntax errors have the same code but stop at the first one.
1 + ==> Expected expression at 1:4
# 3. No recursion in ~let~. Names after ~isa~ are not checked.
x ==> Unbound variable ~x~ at 1:1
let f = n => f(n); f ==> Unbound variable ~f~ at 1:14
1 isa Nope ==> Boolean
# 4. Only types reachable from names in the text are known. Annotations do count as mentions.
let u: User = User("1")!; u.boss ==> Ref<User> | Null
let x: Nope = 1; x ==> Unknown type ~Nope~ at 1:8
# 6. Printed: Null last, one unnamed parameter, modules, collections, functions as overloads.
if (true) null else 1 ==> 1 | Null
[1].map(x => "a") ==> Array<"a">
x => 1 ==> Any => 1
[User, Math] ==> [UserCollection, MathModule]
User("1") ==> Ref<User>
EventSource ==> EventSourceModule
# 6. Decimals print as they are written: with the noughts behind them, in Java's notation.
[1.0, 1.50, 1e3, 0.0000001, -0.0] ==> [1.0, 1.50, 1E+3, 1E-7, 0.0]
if (true) 1.0 else 1.00 ==> 1.0
[1.0, 1].map(x => x) ==> Array<1.0 | 1>
let x: Int = 1.0; x ==> Type ~1.0~ is not a subtype of ~Int~ at 1:5
# 6. Texts print with every ~#~ escaped, and what cannot be seen; one in double quotes with a bare ~#~ in it is an interpolation.
'a#b' ==> "a\#b"
"a\#b" ==> "a\#b"
"#" ==> "\#"
"\u{1f600}\u2028" ==> "\u{01f600}\u2028"
"a#b" ==> String
User.byId("#1") ==> Type ~String~ is not a subtype of ~ID~ at 1:11
# 7. Any string or int literal fits ID; a computed string/number does not. Literals stay literal.
[1, "a"] ==> [1, "a"]
true ==> true
User("1") ==> Ref<User>
User(1).id ==> ID
User.byId("a" + "b") ==> Type ~String~ is not a subtype of ~ID~ at 1:11
let x: Double = 1; x ==> Double
let x: Int = 3000000000; x ==> Type ~3000000000~ is not a subtype of ~Int~ at 1:5
let x: Float = 1; x ==> Type ~1~ is not a subtype of ~Float~ at 1:5
# 8. Int fits Long and Number; every arithmetic result is Number.
let n: Int = 1; let l: Long = n; let m: Number = l; m ==> Number
let n: Int = 1; let d: Double = n; d ==> Type ~Int~ is not a subtype of ~Double~ at 1:21
let n: Int = 1 + 1; n ==> Type ~Number~ is not a subtype of ~Int~ at 1:5
let n: Int = [1].length; n ==> Type ~Number~ is not a subtype of ~Int~ at 1:5
# 9. ~true | false~ fits Boolean; Boolean does not fit ~true | false~. A union fits U if each member does.
let b: Boolean = if (true) true else false; b ==> Boolean
let b: Boolean = 1 == 1; let c: true | false = b; c ==> Type ~Boolean~ is not a subtype of ~true | false~ at 1:30
let s: String | Int = if (true) "a" else 1; s ==> String | Int
# 10. Missing → refused unless U's field type names Null. V with a wildcard never fits U without. Types are structural.
let x: { a: Int } = {}; x ==> Type ~{}~ does not have field ~a~ at 1:8
let x: { a: Int? } = {}; x ==> { a: Int | Null }
let x: { a: Any } = {}; x ==> Type ~{}~ does not have field ~a~ at 1:8
let x: { a: Int } = { a: 1, b: 2 }; x ==> Type ~{ a: 1, b: 2 }~ contains extra field ~b~ at 1:8
let x: { a: Int, *: String } = { a: 1, b: "x" }; x ==> { a: Int, *: String }
let x: { *: Any } = { a: 1 }; let y: { a: Int } = x; y ==> Type ~{ *: Any }~ cannot have a wildcard at 1:38
let x: { name: String, *: Any } = User("1")!; x ==> { name: String, *: Any }
# 11. A tuple fits ~Array<T>~ if each member does; an array never fits a tuple. Set never fits Array.
let x: Array<Int> = [1, 2]; x ==> Array<Int>
let x: [Int] = [1].map(y => y); x ==> Type ~Array<1>~ is not a subtype of ~[Int]~ at 1:5
let x: [Int, Int] = [1]; x ==> Tuple does not contain enough elements. Expected 2, received 1 at 1:21
let x: Array<User> = User.all(); x ==> Type ~Set<User>~ is not a subtype of ~Array<User>~ at 1:5
# 12. Any fits everything and everything fits Any. Never fits everything.
let x: Any = 1; x.a.b(2)[3] ==> Any
abort("x") + 1 ==> Number
# 13. null, ~User?~, ~User.all().first()~ and a ~Ref<User>?~ all fit ~Ref<User>~, while ~Ref<User>~ does not fit ~User~.
let r: Ref<User> = null; r ==> Ref<User>
let r: Ref<User> = User.all().first(); r ==> Ref<User>
let u: User = User("1"); u ==> Type ~Null~ is not a subtype of ~$USER~ at 1:5
# 14. Functions: same arity, parameters contravariant, result covariant.
(x => x)(1, 2) ==> Function was called with too many arguments. Expected 1, received 2 at 1:9
let f: (Int, Int) => Int = x => x; f ==> Function was called with too many arguments. Expected 1, received 2 at 1:8
let g: Number => Number = x => x; let f: Int => Number = g; f ==> Int => Number
let g: Int => Int = x => x; let f: Number => Int = g; f ==> Type ~Int => Int~ is not a subtype of ~Number => Int~ at 1:33
let f: Int => Int = x => x + 1; f ==> Type ~Number => Number~ is not a subtype of ~Int => Int~ at 1:5
# 15. One-letter or unknown names are generics if they occur both as parameter and as result; lower-case names only warn.
let f: A => A = x => x; f(1) ==> 1
let x: A = 1; x ==> Unknown type ~A~ at 1:8
let x: Nope<Int> = 1; x ==> Unknown type ~Nope~ at 1:8
let x: Array = []; x ==> Type constructor ~Array<>~ accepts 1 parameters, received 0 at 1:8
let x: number = 1; x ==> Never
let x: Object = {}; x ==> Unknown type ~Object~ at 1:8
let x: -5 = -5; x ==> -5
let x: 1.5 = 1.5; x ==> Expected ~=~ at 1:9
let x: { *: Int, a: Int } = { a: 1 }; x ==> Wildcard must be the last element in an object at 1:18
let x: { ..., a: Int } = 1; x ==> Interface must be the last element in an object at 1:15
let x: { a: Int, a: Int } = 1; x ==> Duplicate key at 1:18
let x: { a: Int = 1 } = 1; x ==> Default values are not allowed here at 1:19
let x: (if: Int) => Int = 1; x ==> Invalid identifier at 1:9
let x: (a: Int) = 1; x ==> Only lambda argument types may be named at 1:9
let x: (...Int, Int) => Int = 1; x ==> Invalid variadic argument at 1:12
let x: "#{1}" = '#{1}'; x ==> "\#{1}"
# 16. Also selectable, not listed: coll, exists() (type true), update, delete() (NullUser).
User("1")!.exists() ==> true
User("1")!.coll ==> UserCollection
User("1")!.delete() ==> NullUser
User("1")!.toString() ==> Type ~$USER~ does not have field ~toString~ at 1:12
# 17. Order of defined fields in messages: up to four as defined; more in the order of a hash trie.
User("1")!.titel ==> Type ~$USER~ does not have field ~titel~ at 1:12
# 18. On a nullable document only id, coll and exists() may be read directly; on a ~Ref<User> | Null~ field not even these.
User("1").id ==> ID
User("1").exists() ==> Boolean
User("1").name ==> Type ~Null~ does not have field ~name~ at 1:11
User("1")!.boss.id ==> Type ~Null~ does not have field ~id~ at 1:17
# 19. Collection: byId(ID) => Ref<U>, firstWhere(…) => U | Null. ~Collection("User")~ is untyped.
User.byId ==> (id: ID) => Ref<User>
User.firstWhere(.age > 1) ==> User | Null
Collection("User").all().first()!.nope ==> Any
User == 1 ==> Boolean
# 20. Index: one parameter per term with the field's type and an overload with a range.
User.byAge(1) ==> Set<User>
User.byAge(1, { from: 2 }) ==> Set<User>
User.byAge(36.5) ==> Type ~Double~ is not a subtype of ~Int~ at 1:12
User.byAge() ==> Type ~((term1: Int) => Set<User>) & ((term1: Int, range: { from: Any } | { to: Any } | { from: Any, to: Any }) => Set<User>)~ is not a subtype of ~() => Any~ at 1:1
# 21. Data parameters: numbers become Number all over. Computed fields are extra fields. update: all fields nullable.
User.create({ name: "N", age: 1.5 }) ==> User
User.create({ age: 1 }) ==> Type ~{ age: 1 }~ does not have field ~name~ at 1:13
User.create({ name: "N", age: 1, label: "x" }) ==> Type ~{ name: "N", age: 1, label: "x" }~ contains extra field ~label~ at 1:13
User("1")!.update({ name: null }) ==> User
User("1")!.update({ address: { zip: 1 } }) ==> Type ~{ address: { zip: 1 } }~ is not a subtype of ~$UPDATE~ at 1:19
User("1")!.replace({ name: "x" }) ==> Type ~{ name: "x" }~ does not have field ~age~ at 1:20
User.createData({ id: "1", name: "N", age: 1 }) ==> Type ~{ id: "1", name: "N", age: 1 }~ contains extra field ~id~ at 1:17
Free.create({ a: 1 }).a.b ==> Any
Free.create({ data: 1 }) ==> Type ~Int~ is not a subtype of ~Null~ at 1:21
# 22. ~a!~ removes Null; ~a?.b.c~ removes Null for ~.b~ only and adds Null at the end of the chain; ~a ?? b~: (a without Null) or b.
User("1")?.address?.zip ==> Int | Null
User("1")?.address.zip ==> Type ~Null~ does not have field ~zip~ at 1:20
1?.toString() ==> String | Null
User("1")!.email ?? "none" ==> "none" | String
User("1")!.email!.length ==> Number
# 23. No narrowing.
let u = User("1"); if (u != null) u.age ==> Type ~Null~ does not have field ~age~ at 1:37
# 24. A string literal on a record: like ~.f~. Negative literal: out of bounds. Null is never refused by ~[…]~.
{ a: 1 }["a"] ==> 1
{ a: 1 }["b"] ==> Type ~{ a: 1 }~ does not have field ~b~ at 1:10
[1, 2][5] ==> Never
[1, 2][-1] ==> Index -1 out of bounds for length 2 at 1:8
null["a"] ==> Never
1[0] ==> Cannot use ~[]~ operator with type ~Int~ at 1:2
# 25. Without else: type Null. Records of both branches print merged by their common fields.
if (null) 1 else 2 ==> Type ~Null~ is not a subtype of ~Boolean~ at 1:5
if (true) 1 ==> Null
if (true) { a: 1, b: 2 } else { a: "x" } ==> { a: 1 | "x" }
# 26. ~+~: both Number or both String. ~&& || !~: Boolean. ~== != < > <= >=~ and ~isa~: anything, Boolean.
"a" + "b" ==> String
1 + "b" ==> Type ~String~ is not a subtype of ~Number~ at 1:5
-"a" ==> Type ~String~ is not a subtype of ~Number~ at 1:2
1 && true ==> Type ~Int~ is not a subtype of ~Boolean~ at 1:1
1 < "a" ==> Boolean
"#{null}" ==> String
# 27. ~[a, b]~ and ~(a, b)~ are tuples; ~(x)~ is x; ~{…}~ with statements is the last one's type.
(1, "a") ==> [1, "a"]
(1) ==> 1
({ let x = 1; x }) ==> 1
[1, "a"].map(x => x) ==> Array<1 | "a">
# 28. Projection: on Set element-wise; on Null or a nullable part: Null added, never an error.
User.all() { name, n: .age * 2 } ==> Set<{ name: String, n: Number }>
User("1") { name } ==> { name: String } | Null
null { a: .b.c } ==> Null
User.all() { titel } ==> Type ~$USER~ does not have field ~titel~ at 1:14
"x" { length } ==> { length: Number }
# 29. Lambdas: parameters are inferred; ~+~ on two parameters is an overload. A wrong call is told inside the lambda.
x => x.a + 1 ==> { a: Number, ... } => Number
(a, b) => a + b ==> ((Number, Number) => Number) & ((String, String) => String)
let f = x => x; [f(1), f("a")] ==> [1, "a"]
let f = x => x.foo; f(1) ==> Type ~Int~ does not have field ~foo~ at 1:16
# 30. ~at (t) e~: t Time or TransactionTime. Query.identity() is ~{ *: Any } | Null~.
at (Time.now()) 1 ==> 1
at (1) 2 ==> Type ~Int~ is not a subtype of ~TransactionTime | Time~ at 1:5
Query.identity() ==> { *: Any } | Null
# 31. Methods with own parameter widen; those whose argument is the element itself do not when the element type is declared.
[1].concat(["a"]) ==> Array<1 | "a">
let x: Array<Int> = [1]; x.append(1.5) ==> Type ~Double~ is not a subtype of ~Int~ at 1:35
let x: Array<Int> = [1]; x.includes("a") ==> Type ~String~ is not a subtype of ~Int~ at 1:37
[1].includes("a") ==> Boolean
# 32. fold: seed and result share a type that the body must accept back. first/last/reduce: A | Null. paginate.
[1].fold(0, (a, b) => a + b) ==> Number
[1].fold("", (a, b) => a + b) ==> Type ~((Number, Number) => Number) & ((String, String) => String)~ is not a subtype of ~(A | "", 1) => A~ at 1:14
[1].first() ==> 1 | Null
[1].at(0) ==> 1
[].map(x => x.foo) ==> Array<Never>
User.all().paginate() ==> { data: Array<User>, after: String | Null }
# 32. Where several choices are open, the first in the order of the server's hashes is taken, and told first.
User.all().order(desc(.age)).paginate(3) ==> { data: Array<User>, after: String | Null }
User.all().order(asc(.age)).paginate(3) ==> Never
User.all().map(.age).reduce((a, b) => a + b) ==> (String | Int | Null) & Never
User.all().map(.name).reduce((a, b) => a + b) ==> Never & (Number | String | Null)
[1].first() + 1 ==> Type ~Null~ is not a subtype of ~String | Number~ at 1:1
User("1")!.id + "x" ==> Type ~ID~ is not a subtype of ~String | Number~ at 1:1
# 33. Object.values/entries/assign/fromEntries take ~{ *: A }~; null, numbers, arrays do not fit. Object.keys takes anything.
Object.values({ a: 1, b: "x" }) ==> Array<1 | "x">
Object.values([1]) ==> Type ~[1]~ is not a subtype of ~{ *: Any }~ at 1:15
Object.values(User("1")) ==> Type ~Null~ is not a subtype of ~{ *: Any }~ at 1:15
Object.keys(1) ==> Array<String>
# 34. Predicates of Set/Array want Boolean | Null; Collection.where wants Boolean. A predicate that just returns a document's field passes.
User.all().where(.age > 1) ==> Set<User>
User.all().where(u => null) ==> Set<User>
User.where(u => null) ==> Type ~Null~ is not a subtype of ~Boolean~ at 1:17
User.all().where(.name) ==> Set<User>
User.all().where(u => u.age + 1) ==> Type ~{ age: Number, ... } => Number~ is not a subtype of ~User => Boolean | Null~ at 1:18
[1].filter(x => 1) ==> Type ~Int~ is not a subtype of ~Null | Boolean~ at 1:17
# 35. Messages: their forms and places.
1.foo ==> Type ~Int~ does not have field ~foo~ at 1:3
let x: "y" = "x"; x ==> ~"x"~ is not the value ~"y"~ at 1:14
"a".concat(!true) ==> Type ~Boolean~ is not a subtype of ~String~ at 1:13
[{ a: 1 }].map(!.a) ==> Type ~{ a: Boolean, ... } => Boolean~ is not a subtype of ~{ a: 1 } => Any~ at 1:17
1(2) ==> Type ~Int~ cannot be used as a function at 1:1
[1].map(1) ==> Type ~Int~ cannot be used as a function at 1:9
User("1")!.update() ==> Function was not called with enough arguments. Expected 1, received 0 at 1:18
User("1")!.update({}, 1) ==> Function was called with too many arguments. Expected 1, received 2 at 1:18
[1].map((a, b) => 1) ==> Function was not called with enough arguments. Expected 2, received 1 at 1:9
# 36. One failure inside the checked span: told alone, there. Several failures: the whole sentence, each a cause.
User.create({ name: "N", age: "1" }) ==> Type ~String~ is not a subtype of ~Number~ at 1:31
User("1")!.update({ address: { street: 1 } }) ==> Type ~{ address: { street: 1 } }~ is not a subtype of ~$UPDATE~ at 1:19
let x: String? = "a"; let y: String = x; y ==> Type ~String | Null~ is not a subtype of ~String~ at 1:27
# 37. V and U print with collection names in such sentences, but in a single failure the innermost types print expanded.
User.all().where(u => u.age + 1) ==> Type ~{ age: Number, ... } => Number~ is not a subtype of ~User => Boolean | Null~ at 1:18
let u: User = User("1"); u ==> Type ~Null~ is not a subtype of ~$USER~ at 1:5
# 38. Order in unions tried: ~Null | T~ for optional parameters; ~Number | String~ in the sentence about a whole union.
[1].filter(x => 1) ==> Type ~Int~ is not a subtype of ~Null | Boolean~ at 1:17
let x: Int? = 1; x! + 1 ==> Type ~Int~ is not a subtype of ~Number | String~ at 1:18
# 39. Hints: ~Use the ! or ?. operator to handle the null case~, ~Type V inferred here~.
let u = User("1")!.email; u.length ==> Type ~Null~ does not have field ~length~ at 1:29
`;

const SHOWN: Readonly<Record<string, string>> = {
  $USER: `{ id: ID, ts: Time, ttl: Time | Null, name: String, tags: Array<String>, score: Double | Null, age: Int, address: { street: String, zip: Int | Null } | Null, boss: Ref<User> | Null, email: String | Null, role: "admin" | "member", label: String }`,
  $UPDATE: `{ name: String | Null, tags: Array<String> | Null, score: Number | Null, age: Number | Null, address: { street: String, zip: Number | Null } | Null, boss: Ref<User> | Null, email: String | Null, role: "admin" | "member" | Null }`,
};

/** `~` stands for a backtick, which the text of this file ends at. */
function plain(text: string): string {
  return text.replaceAll("~", "`").replace(/\$[A-Z]+/g, (name) => SHOWN[name] ?? name);
}

const SECTIONS = RULES.trim()
  .split(/^# /m)
  .slice(1)
  .map((section) => {
    const [rule = "", ...lines] = section.trim().split("\n");
    return [plain(rule), lines.map((line) => plain(line).split(" ==> "))] as const;
  });

test.each(SECTIONS)("%s", (_rule, texts) => {
  expect(texts.map(([text = ""]) => [text, typeOf(text)])).toEqual(texts);
});

test("a collection may be called as the library calls a parameter or a type of its own", () => {
  for (const name of ["A", "Doc", "Struct"]) {
    const collections = [{ ...SCHEMA.collections[0]!, name }];
    const own = new SchemaTypes(LIBRARY, { ...SCHEMA, collections });
    const text = `${name}.byId("1")!.nope`;
    const expr = parseQuery({ name: "*query*", text });
    const inference = new Inference(own.environmentFor(expr));
    inference.whole(expr);
    expect(inference.errors, name).toHaveLength(1);
  }
});

test("the computed field's type is found out with the schema", () => {
  expect(new SchemaCheck(LIBRARY, SCHEMA).run()).toEqual([]);
  expect(typeOf("User('1')!.label")).toBe("String");
});
