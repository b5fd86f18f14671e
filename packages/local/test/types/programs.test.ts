import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../../test/support/runs";
import { readSchema } from "../../src/fql/model/type-schema";
import { parseQuery } from "../../src/fql/parser";
import { LIBRARY } from "../../src/fql/stdlib/library";
import { summarize } from "../../src/fql/summary";
import { Inference } from "../../src/types/infer";
import { SchemaTypes } from "../../src/types/schema-types";
import { database } from "../fql/query";

type Type = "number" | "string" | "boolean" | "numbers" | "user" | "users";

/**
 * The forms of expressions by their type, the first without parts. `#number` is a part that has to be a number, and
 * `#any:number` one that might be something else. What stands behind a `~` is wrong wherever it is. No method has several
 * signatures: what several such calls come to in one chain is an oddity of the server's, for recordings to show.
 */
const FORMS: Readonly<Record<Type, readonly string[]>> = {
  number: [
    "1 ~ nope",
    "(#number + #number)",
    "(#number * #number)",
    "Math.abs(#number) ~ Math.abs(#number, 1) ~ Math.abbs(#number)",
    "#string.length ~ #string.size",
    "(#string.parseNumber() ?? #any:number) ~ #string.parseNumber() * 1",
    "#numbers.fold(0, (a, b) => a + #number) ~ #numbers.fold(0, a => a)",
    "#users.count() ~ #users.count(1) ~ #users.size()",
    "#user.age ~ #user.aeg ~ #user.name.age",
    "(if (#boolean) #any:number else #any:number) ~ (if (#boolean) #number) * 1",
    "twice(#number) ~ twice() ~ twise(#number)",
  ],
  string: [
    `"a" ~ "#{nope}"`,
    "(#string + #string)",
    "#string.toUpperCase() ~ #string.toUppercase()",
    "#string.at(#number) ~ #string.at() ~ #string.at(#string)",
    "#any:number.toString() ~ #number.toText()",
    `"#{#any:number} of #{#any:string}"`,
    "#user.name ~ #user.nam ~ #user.id.name",
    "(#user.email ?? #any:string) ~ #user.email.length",
    "(#user.address?.street ?? #any:string) ~ #user.address.street",
    `(User.byId("1")?.name ?? #any:string) ~ User.byId("1").name ~ User.byId("1")!.nam`,
  ],
  boolean: [
    "true ~ nope",
    "(#any:number < #any:number)",
    "(!#boolean)",
    "(#boolean && #boolean)",
    "#string.includes(#string) ~ #string.include(#string)",
    "#numbers.any(n => #boolean) ~ #numbers.any() ~ #numbers.any((a, b) => true)",
    "#users.where(u => #boolean).isEmpty() ~ #users.where(true) ~ #users.where(.nme == 1)",
    "(#any:user == #any:user)",
  ],
  numbers: [
    "[1, 2] ~ [1, nope]",
    "[#any:number, #any:number]",
    "#numbers.map(n => #any:number) ~ #numbers.map() ~ #numbers.map(n => n.foo)",
    "#numbers.where(n => #boolean) ~ #numbers.where(n => n)",
    "#numbers.take(#number) ~ #numbers.take(#string)",
    "#users.toArray().map(u => u.age) ~ #users.toArray().map(u => u.aeg) ~ #users.map(.age).items()",
  ],
  user: [
    `User.byId("1")! ~ User.byId()! ~ User.byID("1")!`,
    "#users.first()! ~ #users.frist()!",
    "User.create({ name: #string, age: #number }) ~ User.create({ age: #number }) ~ User.create({ name: #string, age: #number, nam: 1 })",
    "#user.update({ age: #number }) ~ #user.update({ aeg: #number }) ~ #user.update()",
  ],
  users: [
    "User.all() ~ User.al() ~ Usr.all()",
    `User.byAge(30) ~ User.byAge("30") ~ User.byAeg(30)`,
    "#users.where(u => #boolean) ~ #users.where(u => u.age + 1)",
    "#users.order(.age) ~ #users.order(.aeg) ~ #users.order(1)",
    "#users.take(#number) ~ #users.take(#string) ~ #users.take()",
    "#users.concat(#any:users) ~ #users.concat(#numbers)",
  ],
};
const TYPES = Object.keys(FORMS) as Type[];

/** What is wrong where something of the type has to be. */
const OTHER: Readonly<Record<Type, string>> = {
  number: `"a".toUpperCase()`,
  string: "Math.abs(1)",
  boolean: `"a".toUpperCase()`,
  numbers: "Time.now()",
  user: "Time.now()",
  users: "Time.now()",
};

const PART = /#(any:)?(numbers?|string|boolean|users?)\b/g;

/** An expression, and the same with one mistake, for each that can be made in it. */
interface Expression {
  readonly text: string;
  readonly broken: readonly string[];
}

/** A form with its parts. */
function filled(form: string, part: (index: number, type: Type) => string): string {
  let index = 0;
  return form.replace(PART, (_, __, type: Type) => part(index++, type));
}

/** The simplest expression of a type. */
const simplest = (type: Type): string => FORMS[type][0]!.split(" ~ ")[0]!;

function expressionOf([form = "", ...wrong]: readonly string[], parts: readonly Expression[]) {
  const types = [...form.matchAll(PART)].map(([, any, type]) => (any ? null : (type as Type)));
  const within = parts.flatMap(({ broken }, at) => {
    const wanted = types[at];
    return [...broken, ...(wanted ? [OTHER[wanted]] : [])].map((text) =>
      filled(form, (index) => (index === at ? text : parts[index]!.text)),
    );
  });
  return {
    text: filled(form, (index) => parts[index]!.text),
    broken: [...wrong.map((each) => filled(each, (_, type) => simplest(type))), ...within],
  };
}

const programs = fc.letrec<Record<Type, Expression>>((tie) => {
  const ofForm = (text: string): fc.Arbitrary<Expression> => {
    const forms = text.split(" ~ ");
    const parts = [...forms[0]!.matchAll(PART)].map(([, , type]) => tie(type as Type));
    return fc.tuple(...parts).map((all) => expressionOf(forms, all));
  };
  const of = (type: Type): fc.Arbitrary<Expression> =>
    fc.oneof({ maxDepth: 3, depthIdentifier: "program" }, ...FORMS[type].map(ofForm));
  return {
    number: of("number"),
    string: of("string"),
    boolean: of("boolean"),
    numbers: of("numbers"),
    user: of("user"),
    users: of("users"),
  };
});
const anyProgram = fc.oneof(...TYPES.map((type) => programs[type]));

const db = database(
  `Collection.create({
    name: "User",
    fields: {
      name: { signature: "String" }, age: { signature: "Int" }, email: { signature: "String?" },
      address: { signature: "{ street: String }?" }
    },
    indexes: { byAge: { terms: [{ field: ".age" }] } }
  })`,
  `Function.create({ name: "twice", body: "n => n * 2" })`,
);

const types = new SchemaTypes(LIBRARY, readSchema(db));

/** What the check says against a query; null if nothing. */
function refusal(text: string): string | null {
  const expr = parseQuery({ name: "*query*", text });
  const inference = new Inference(types.environmentFor(expr));
  inference.whole(expr);
  return inference.errors.length ? summarize(inference.errors) : null;
}

test("a program of right types is accepted", () => {
  fc.assert(
    fc.property(anyProgram, ({ text }) => {
      expect([text, refusal(text)]).toEqual([text, null]);
    }),
    runs(100),
  );
});

test("a program with one mistake is refused", () => {
  fc.assert(
    fc.property(anyProgram, fc.nat(), ({ broken }, choice) => {
      const text = broken[choice % broken.length];
      if (text !== undefined) expect([text, refusal(text)]).not.toEqual([text, null]);
    }),
    runs(150),
  );
});
