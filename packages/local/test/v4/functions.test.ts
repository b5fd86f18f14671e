import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let fauna: LocalFauna;

beforeAll(async () => {
  fauna = await startLocalFauna({ seed: `Collection.create({ name: "Todo" })` });
});
afterAll(() => fauna.close());

interface Answer {
  resource?: unknown;
  errors?: { code: string; description: string; position: unknown[] }[];
}

async function ask(expression: unknown): Promise<Answer> {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: "Bearer secret", "x-faunadb-api-version": "4" },
    body: typeof expression === "string" ? expression : JSON.stringify(expression),
  });
  return (await answer.json()) as Answer;
}

type Case = [expression: object, resource: unknown];

function cases(family: string, table: readonly Case[]): void {
  describe(family, () => {
    test.each(table)("%j is %j", async (expression, resource) => {
      expect(await ask(expression)).toEqual({ resource });
    });
  });
}

const ts = (text: string): object => ({ "@ts": text });
const time = { time: "2024-05-06T07:08:09.5Z" };
const numbers = [1, 2, 3, 4];
const isEven = { lambda: "x", expr: { equals: [{ modulo: [{ var: "x" }, 2] }, 0] } };

cases("arithmetic", [
  [{ add: [1, 2, 3] }, 6],
  [{ add: 5 }, 5],
  [{ add: [1, 0.5] }, 1.5],
  [{ subtract: [5, 2, 1] }, 2],
  [{ multiply: [2, 3] }, 6],
  [{ divide: [7, 2] }, 3],
  [{ modulo: [-7, 4] }, -3],
  [{ abs: -3 }, 3],
  [{ sign: -3 }, -1],
  [{ bitand: [6, 3] }, 2],
  [{ bitor: [6, 3] }, 7],
  [{ bitxor: [6, 3] }, 5],
  [{ bitnot: 0 }, -1],
  [{ ceil: 1.2 }, 2],
  [{ floor: -1.2 }, -2],
  [{ round: 1.2345, precision: 3 }, 1.234],
  [{ trunc: 1.999 }, 1.99],
  [{ pow: 2, exp: 10 }, 1024],
  [{ sqrt: 9 }, 3],
  [{ hypot: 3, b: 4 }, 5],
  [{ max: numbers }, 4],
  [{ min: numbers }, 1],
  [{ sum: numbers }, 10],
  [{ mean: numbers }, 2.5],
  [{ count: numbers }, 4],
]);

cases("comparison", [
  [{ equals: [1, 1, 1] }, true],
  [{ equals: [1, 1.5] }, false],
  [{ lt: [1, 2, 3] }, true],
  [{ lte: [1, 1] }, true],
  [{ gt: [2, 1] }, true],
  [{ gte: ["b", "a"] }, true],
  [{ lt: [1, "a", [], { object: {} }, { collection: "Todo" }, time, true, null] }, true],
  [{ not: true }, false],
  [{ and: [true, false, 1] }, false],
  [{ or: [false, true, 1] }, true],
  [{ any: [false, true] }, true],
  [{ all: [false, true] }, false],
  [{ contains_path: ["a", 0], in: { object: { a: [1] } } }, true],
  [{ contains_field: "b", in: { object: { a: 1 } } }, false],
  [{ contains_value: 1, in: { object: { a: 1 } } }, true],
]);

cases("text", [
  [{ concat: ["a", "b"], separator: "-" }, "a-b"],
  [{ length: "a😀" }, 2],
  [{ uppercase: "é" }, "É"],
  [{ lowercase: "É" }, "é"],
  [{ titlecase: "one TWO" }, "One Two"],
  [{ casefold: "Straße" }, "strasse"],
  [{ trim: " a " }, "a"],
  [{ ltrim: " a" }, "a"],
  [{ rtrim: "a " }, "a"],
  [{ startswith: "abc", search: "ab" }, true],
  [{ endswith: "abc", search: "ab" }, false],
  [{ containsstr: "abc", search: "b" }, true],
  [{ containsstrregex: "abc", pattern: "^a.c$" }, true],
  [{ findstr: "abcabc", find: "c", start: 3 }, 5],
  [{ findstrregex: "a1b22", pattern: "[0-9]+", start: 2 }, [{ start: 3, end: 4, data: "22" }]],
  [{ replacestr: "a.a", find: "a", replace: "$&" }, "$&.$&"],
  [{ replacestrregex: "a1b2", pattern: "[0-9]", replace: "-", first: true }, "a-b2"],
  [{ repeat: "ab", number: 3 }, "ababab"],
  [{ space: 2 }, "  "],
  [{ substring: "hello", start: 1, length: 2 }, "el"],
  [{ substring: "hello", start: -3 }, "llo"],
  [{ ngram: "abc" }, ["a", "ab", "b", "bc", "c"]],
  [{ format: "%s is %d %%", values: ["n", 1] }, "n is 1 %"],
]);

cases("arrays and objects", [
  [{ map: isEven, collection: [1, 2] }, [false, true]],
  [{ filter: isEven, collection: numbers }, [2, 4]],
  [
    {
      reduce: { lambda: ["sum", "x"], expr: { add: [{ var: "sum" }, { var: "x" }] } },
      initial: 0,
      collection: numbers,
    },
    10,
  ],
  [{ map: { lambda: ["a", "_"], expr: { var: "a" } }, collection: [[1, 2]] }, [1]],
  [{ take: 2, collection: numbers }, [1, 2]],
  [{ drop: 3, collection: numbers }, [4]],
  [{ append: [3], collection: [1, 2] }, [1, 2, 3]],
  [{ prepend: [3], collection: [1, 2] }, [3, 1, 2]],
  [{ reverse: numbers }, [4, 3, 2, 1]],
  [{ distinct: [1, 1.0, 2] }, [1, 2]],
  [
    {
      union: [
        [1, 2],
        [2, 3],
      ],
    },
    [1, 2, 3],
  ],
  [
    {
      intersection: [
        [1, 2],
        [2, 3],
      ],
    },
    [2],
  ],
  [
    {
      difference: [
        [1, 2],
        [2, 3],
      ],
    },
    [1],
  ],
  [{ is_empty: [] }, true],
  [{ is_nonempty: [] }, false],
  [{ first: numbers }, 1],
  [{ last: numbers }, 4],
  [
    { merge: { object: { a: 1, b: 2 } }, with: { object: { b: null, c: 3 } } },
    { a: 1, c: 3 },
  ],
  [
    {
      merge: { object: { a: 1 } },
      with: { object: { a: 2 } },
      lambda: { lambda: ["key", "x", "y"], expr: { add: [{ var: "x" }, { var: "y" }] } },
    },
    { a: 3 },
  ],
  [{ select: ["a", 1], from: { object: { a: [1, 2] } } }, 2],
  [{ select: "b", from: { object: { a: 1 } }, default: "none" }, "none"],
  [{ select_all: "n", from: [{ object: { n: 1 } }, { object: { n: 2 } }] }, [1, 2]],
  [{ to_object: [["a", 1]] }, { a: 1 }],
  [{ to_array: { object: { a: 1 } } }, [["a", 1]]],
  [{ object: { "@x": 1 } }, { "@obj": { "@x": 1 } }],
]);

cases("time", [
  [time, ts("2024-05-06T07:08:09.500Z")],
  [{ date: "2024-05-06" }, { "@date": "2024-05-06" }],
  [{ epoch: 1, unit: "second" }, ts("1970-01-01T00:00:01Z")],
  [{ time_add: time, offset: 1, unit: "day" }, ts("2024-05-07T07:08:09.500Z")],
  [{ time_subtract: { date: "2024-03-01" }, offset: 1, unit: "days" }, { "@date": "2024-02-29" }],
  [{ to_micros: ts("1970-01-01T00:00:01Z") }, 1_000_000],
  [{ to_seconds: time }, 1714979289],
  [{ year: time }, 2024],
  [{ month: time }, 5],
  [{ day_of_month: time }, 6],
  [{ day_of_week: time }, 1],
  [{ day_of_year: time }, 127],
  [{ hour: time }, 7],
  [{ minute: time }, 8],
  [{ second: time }, 9],
  [{ to_date: time }, { "@date": "2024-05-06" }],
  [{ to_time: { date: "2024-05-06" } }, ts("2024-05-06T00:00:00Z")],
]);

cases("conversions and types", [
  [{ to_string: 1.0 }, "1"],
  [{ to_string: ts("2024-01-01T00:00:00Z") }, "2024-01-01T00:00:00Z"],
  [{ to_number: "1.5" }, 1.5],
  [{ to_integer: "7" }, 7],
  [{ to_double: "7" }, 7],
  [{ is_integer: 1 }, true],
  [{ is_double: 1.5 }, true],
  [{ is_string: 1 }, false],
  [{ is_ref: { collection: "Todo" } }, true],
  [{ is_collection: { collection: "Todo" } }, true],
  [{ is_timestamp: time }, true],
  [{ is_null: null }, true],
]);

cases("bindings", [
  [{ let: [{ x: 1 }, { y: { add: [{ var: "x" }, 1] } }], in: { var: "y" } }, 2],
  [{ let: { x: 1 }, in: { let: { x: 2 }, in: { var: "x" } } }, 2],
  [{ if: false, then: { abort: "never" }, else: 2 }, 2],
  [{ do: [1, 2, 3] }, 3],
  [{ quote: { add: [1, 2] } }, { add: [1, 2] }],
  [
    {
      let: { n: 10 },
      in: { map: { lambda: "x", expr: { add: [{ var: "x" }, { var: "n" }] } }, collection: [1] },
    },
    [11],
  ],
]);

test("a double keeps its fraction point on the wire", async () => {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: "Bearer secret", "x-faunadb-api-version": "4" },
    body: `{"add":[1.0,9007199254740993]}`,
  });
  expect(await answer.text()).toBe(`{"resource":9007199254740992.0}`);
});

test("integers keep all their digits", async () => {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: "Bearer secret", "x-faunadb-api-version": "4" },
    body: "9007199254740993",
  });
  expect(await answer.text()).toBe(`{"resource":9007199254740993}`);
});

type Failure = [expression: object, code: string, description: string, position: unknown[]];
const FAILURES: Failure[] = [
  [
    { nope: 1 },
    "invalid expression",
    "No form/function found, or invalid argument keys: { nope }.",
    [],
  ],
  [{ var: "x" }, "invalid expression", "Variable 'x' is not defined.", []],
  [{ do: [] }, "invalid expression", "Expression list cannot be empty.", ["do"]],
  [{ map: 1, collection: [] }, "invalid expression", "Lambda expected, Integer provided.", ["map"]],
  [{ add: [1, "a"] }, "invalid argument", "Number expected, String provided.", ["add", 1]],
  [{ add: [] }, "invalid argument", "Non-empty array expected.", ["add"]],
  [{ divide: [1, 0] }, "invalid argument", "Illegal division by zero.", []],
  [{ if: 1, then: 1, else: 1 }, "invalid argument", "Boolean expected, Integer provided.", ["if"]],
  [{ get: "x" }, "invalid argument", "Ref or Set expected, String provided.", ["get"]],
  [
    { select: ["a"], from: { object: {} } },
    "value not found",
    "Value not found at path [a].",
    ["from"],
  ],
  [
    { create: { collection: "Nope" } },
    "invalid ref",
    "Ref refers to undefined collection 'Nope'",
    ["create"],
  ],
  [{ call: { function: "f" } }, "invalid ref", "Ref refers to undefined function 'f'", ["call"]],
  [{ abort: "enough" }, "transaction aborted", "enough", []],
  [{ "@ts": "never" }, "invalid expression", "Invalid time.", []],
];
test.each(FAILURES)("%j fails with %s", async (expression, code, description, position) => {
  expect((await ask(expression)).errors).toEqual([{ code, description, position }]);
});

test("an error of form is found in branches that do not run", async () => {
  const { errors } = await ask({ if: true, then: 1, else: { nope: 1 } });
  expect(errors?.[0]?.position).toEqual(["else"]);
});

test("an access provider shows its audience", async () => {
  const provider = {
    name: "Clerk",
    issuer: "https://clerk.example",
    jwks_uri: "https://clerk.example/jwks",
  };
  const made = await ask({ create_access_provider: { object: provider } });
  expect(made.resource).toMatchObject({ ...provider, audience: fauna.audience });
});

test("a key's secret shows once, later only its hash", async () => {
  const made = await ask({ create_key: { object: { role: "server" } } });
  const { secret, hashed_secret, ref } = made.resource as Record<string, unknown>;
  expect(secret).toMatch(/^fn/);
  const later = await ask({ get: ref });
  expect(later.resource).toMatchObject({ hashed_secret });
  expect(later.resource).not.toHaveProperty("secret");
});

test("an empty body is no query", async () => {
  expect((await ask("")).errors?.[0]?.description).toBe("No query provided.");
});
