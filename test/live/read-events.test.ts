import { expect, test } from "vitest";

import { renewIn } from "../../src/live/read-events";
import { makeToken } from "../support/token";

const NOW = 1_700_000_000;
const at = (claims: object): number => renewIn(makeToken({ ...claims }), NOW * 1000) / 1000;

test.each([
  ["a minute's token ten seconds before its end", { iat: NOW, exp: NOW + 60 }, 50],
  ["a cached one by what is left of it", { iat: NOW - 40, exp: NOW + 20 }, 10],
  ["a short one at half of its life", { iat: NOW, exp: NOW + 5 }, 2.5],
  ["one with no time of issue by its end alone", { iat: undefined, exp: NOW + 60 }, 50],
  [
    "one that a slow clock takes for younger by its whole life",
    { iat: NOW + 90, exp: NOW + 150 },
    50,
  ],
  [
    "one that a fast clock takes for over by its whole life",
    { iat: NOW - 600, exp: NOW - 540 },
    50,
  ],
  ["one without exp never", { exp: undefined }, Infinity],
  ["one whose exp is no integer never", { exp: NOW + 60.5 }, Infinity],
  ["one whose exp is no number never", { exp: "soon" }, Infinity],
])("%s", (_which, claims, seconds) => {
  expect(at(claims)).toBe(seconds);
});

test("the secret of a key is never renewed", () => {
  expect(renewIn("fnAFs7", NOW * 1000)).toBe(Infinity);
});
