import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodable } from "../../src/wire";

const HALF = "\ud800";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna();
});
afterAll(() => fauna.close());

async function send(path: string, body: unknown): Promise<string> {
  const request = {
    method: "POST",
    headers: { authorization: "Bearer secret" },
    body: JSON.stringify(body),
  };
  return (await fetch(fauna.url + path, request)).text();
}

// Units that must not be torn apart, taken for an escape or lost: each with each of the others behind it.
const PIECES: readonly (readonly [text: string, shown: string])[] = [
  [HALF, "?"],
  ["\udc00", "?"],
  ["\udfff", "?"],
  ["\ud83d\ude00", "\ud83d\ude00"],
  ["\\", "\\"],
  ["ud800", "ud800"],
  ["\u0001", "\u0001"],
  ['"', '"'],
  ["\u007f\ue000", "\u007f\ue000"],
];
test("half a character is sent as a question mark, whatever stands around it", () => {
  for (const first of PIECES)
    for (const second of PIECES)
      for (const third of PIECES) {
        const all = [first, second, third];
        // Two halves that fit make a character.
        const text = all.map(([piece]) => piece).join("");
        const shown = text.includes("\ud800\udc00") || text.includes("\ud800\udfff");
        const wanted = shown ? undefined : all.map(([, piece]) => piece).join("");
        if (wanted !== undefined)
          expect(JSON.parse(encodable(JSON.stringify({ [text]: text })))).toEqual({
            [wanted]: wanted,
          });
      }
  expect(encodable(JSON.stringify("\ud800\udc00"))).toBe('"\ud800\udc00"');
});

test.each<[place: string, query: string, shown: string]>([
  ["a value", `"${HALF}"`, `"data":"?"`],
  ["a field", `{ "${HALF}": 1 }`, `"data":{"?":1}`],
  ["a static type", `"${HALF}"`, String.raw`"static_type":"\"?\""`],
  ["a summary", `"${HALF}" * 2`, String.raw`1 | \"?\" * 2`],
  ["a log", `log("${HALF}")`, `"summary":"info at *query*:1: ?"`],
  ["an abort", `abort("${HALF}")`, `"abort":"?"`],
])("half a character in %s of an answer is a question mark", async (_, query, shown) => {
  expect(await send("/query/1", { query })).toContain(shown);
});

test("FQL v4 writes half a character as a question mark", async () => {
  expect(await send("/", { object: { [HALF]: HALF } })).toBe('{"resource":{"?":"?"}}');
});

test("a query can still tell half a character from a question mark", async () => {
  expect(await send("/query/1", { query: `"${HALF}" == "?"` })).toContain(`"data":false`);
});
