import { expect, test } from "vitest";
import { ask, database } from "./query";

/** What a query answers, or the message of its error. */
function answer(query: string): unknown {
  const { body } = ask(database(), query);
  const { data, error } = body as { data?: unknown; error?: { message: string } };
  return error ? error.message : data;
}

test.each<[string, string, unknown]>([
  ["letters beyond ASCII keep their case", "'É'.matches('(?i)é')", []],
  ["and lose it with `u`", "'É'.matches('(?iu)é')", ["É"]],
  ["`x` passes over white space", "'ab'.matches('(?x)a b # c')", ["ab"]],
  ["what is possessive gives nothing back", "'aab'.matches('a++ab')", []],
  ["nor does an atomic group", "'aab'.matches('(?>a+)ab')", []],
  ["classes meet", "'abc'.matches('[a-c&&[^b]]')", ["a", "c"]],
  ["classes hold classes", "'ab'.matches('[[a][b]]+')", ["ab"]],
  ["properties need no script", "'abC'.matches('\\\\p{L}{2}')", ["ab"]],
  ["`U` knows the letters of all languages", "'été_1'.matches('(?U)\\\\w+')", ["été_1"]],
  ["their words' borders", "'aé b'.matches('(?U)é\\\\b')", ["é"]],
  ["their digits", "'٣'.matches('(?U)\\\\d')", ["٣"]],
  ["and their cases", "'éA'.matches('(?U)\\\\p{Lower}')", ["é"]],
  ["a place by its number", "'a'.matches('\\\\x{61}')", ["a"]],
])("regular expressions are Java's: %s", (_, query, found) => {
  expect(answer(query)).toEqual(found);
});

test.each([
  ["\\\\p{Foo}", "Unknown character property name {Foo} at index 6"],
  ["(?<n", "named capturing group is missing trailing '>' at index 4"],
  ["(?<n>a)(?<n>b)", "Named capturing group <n> is already defined at index 11"],
  ["(?z)a", "Unknown inline modifier at index 2"],
  ["\\\\k<n>", "named capturing group <n> does not exist at index 4"],
  ["\\\\xZZ", "Illegal hexadecimal escape sequence at index 2"],
  ["\\\\u00", "Illegal Unicode escape sequence at index 4"],
  ["\\\\y", "Illegal/unsupported escape sequence at index 1"],
  ["[a", "Unclosed character class at index 1"],
])("the pattern %s is refused with the words of Java", (pattern, message) => {
  expect(answer(`'a'.matches('${pattern}')`)).toBe(`Invalid regular expression. ${message}`);
});
