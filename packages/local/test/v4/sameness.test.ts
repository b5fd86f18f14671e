// When two values are the same, and which of several comes first.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askV4 } from "./ask";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna();
  for (const create of [
    { create_collection: { object: { name: "zoo" } } },
    { create_collection: { object: { name: "ape" } } },
    { create_index: { object: { name: "by", source: { collection: "zoo" } } } },
    { create_function: { object: { name: "f", body: { query: { lambda: "_", expr: 1 } } } } },
    { create_role: { object: { name: "a", privileges: [] } } },
  ])
    await askV4(fauna, create);
});
afterAll(() => fauna.close());

/** Asks in a text, since JSON of JavaScript has one kind of number only. */
async function asked(body: string): Promise<string> {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}`, "x-faunadb-api-version": "4" },
    body,
  });
  return (await answer.text()).replace(/^\{"resource":(.*)\}$/, "$1");
}

test.each([
  [`{"equals":[1,1.0]}`, "true"],
  [`{"equals":[[1],[1.0]]}`, "false"],
  [`{"equals":[{"object":{"a":1}},{"object":{"a":1.0}}]}`, "false"],
  [`{"equals":[0.0,-0.0]}`, "false"],
  [`{"equals":[9007199254740993,9007199254740992]}`, "false"],
  [`{"distinct":[1,1.0,1,1.0]}`, "[1,1.0]"],
  [`{"distinct":[0.0,-0.0]}`, "[0.0]"],
  [`{"union":[[1],[1.0,1]]}`, "[1,1.0]"],
  [`{"intersection":[[1,2],[1.0,2.0,2]]}`, "[2]"],
  [`{"difference":[[1,1.0,2],[1.0]]}`, "[1,2]"],
  [`{"contains_value":1,"in":[1.0]}`, "false"],
])("an integer and a double are the same only side by side: %s", async (query, wanted) => {
  expect(await asked(query)).toBe(wanted);
});

test.each([
  [`{"object":{"a":1,"b":2,"a":3}}`, `{"a":1,"b":2}`],
  [`{"add":[1,2],"add":[3,4]}`, "3"],
  [`{"let":{"x":1,"x":2},"in":{"var":"x"}}`, "1"],
  [`{"object":{"a":2,"a":{"abort":"never"}}}`, `{"a":2}`],
  [`{"to_object":[["a",1],["a",2]]}`, `{"a":2}`],
])("of a name that an object is given twice the first counts: %s", async (query, wanted) => {
  expect(await asked(query)).toBe(wanted);
});

test("references are in the order in which their documents are numbered", async () => {
  const kinds = ["roles", "functions", "indexes", "collections"].map((kind) => ({ [kind]: null }));
  const { resource } = await askV4(fauna, { paginate: { union: kinds } });
  const { data } = resource as { data: { "@ref": { id: string } }[] };
  expect(data.map((ref) => ref["@ref"].id)).toEqual(["zoo", "ape", "by", "f", "a"]);
  expect(await asked(`{"lt":[{"collection":"zoo"},{"collection":"ape"}]}`)).toBe("true");
  expect(await asked(`{"lt":[{"index":"by"},{"collection":"ape"}]}`)).toBe("false");
});

test.each([
  [`{"abs":-9223372036854775808}`, "-9223372036854775808"],
  [`{"abs":-0.0}`, "0.0"],
  [`{"round":1.005,"precision":20}`, "1.0049999998905697"],
  [`{"round":1.005,"precision":9}`, "1.005"],
  [`{"trunc":-1.23456789,"precision":400}`, "-1.2345678895872867"],
])("numbers at their limits are the server's: %s", async (query, wanted) => {
  expect(await asked(query)).toBe(wanted);
});

test.each(["-_8=", "+/8=", "-/8", "+_8="])("%s is base 64 in either alphabet", async (text) => {
  expect(await asked(JSON.stringify({ "@bytes": text }))).toBe(`{"@bytes":"+/8="}`);
});
