// Texts in indexes are in the order of a dictionary, in FQL v4 wherever they are compared.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { permutations } from "../support/permutations";
import { askV4 } from "./ask";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna({
    seed: `Collection.create({ name: "Word", indexes: { sorted: { values: [{ field: "text" }] } } })`,
  });
});
afterAll(() => fauna.close());

/** As the server orders them. */
const SORTED = ["", "_x", "9", "a", "A", "ä", "a-b", "ab", "b", "B", "é", "f", "日"];

test("FQL v4 compares texts as its server does, from either side", async () => {
  const pairs = SORTED.flatMap((a, i) =>
    SORTED.map((b, k): [object, boolean] => [{ lt: [a, b] }, i < k]),
  );
  const { resource } = await askV4(
    fauna,
    pairs.map(([question]) => question),
  );
  expect(resource).toStrictEqual(pairs.map(([, expected]) => expected));
});

test("an index lists texts in that order, whatever the order of their making", async () => {
  for (const words of permutations(SORTED, 20)) {
    const texts = JSON.stringify(words);
    const query = `Word.all().forEach(.delete())\n${texts}.forEach(t => Word.create({ text: t }))\nWord.sorted().toArray().map(.text)`;
    const answer = await fetch(new URL("/query/1", fauna.url), {
      method: "POST",
      headers: { authorization: `Bearer ${fauna.secret}` },
      body: JSON.stringify({ query }),
    });
    expect(((await answer.json()) as { data: string[] }).data).toStrictEqual(SORTED);
  }
});
