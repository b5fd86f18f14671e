import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runs } from "../../../../test/support/runs";
import { startIssuer, type TestIssuer } from "../support/issuer";
import { Replay, type Responses, type Step } from "./model/replay";
import { comparable, difference, masking } from "./sequences/compare";
import { sequence } from "./sequences/sequence";
import { StandIn } from "./sequences/stand-in";

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

const all = (got: Responses | undefined): unknown[] => (got ? [got.response, ...got.during] : []);

/** The first step that the two answer differently, with both answers. */
async function firstDifference(steps: readonly Step[]): Promise<object | null> {
  const model = new Replay();
  const standIn = new StandIn(issuer);
  const masks = [
    masking(model.variables, () => model.root.now / 1000),
    masking(standIn.variables, () => Date.now()),
  ] as const;
  for (const [place, step] of steps.entries()) {
    const want = all(model.answer(step)).map((response) => comparable(masks[0], response));
    const got = all(await standIn.answer(step)).map((response) => comparable(masks[1], response));
    const differs = difference(want, got);
    if (differs !== null) return { place, step, differs, model: want, standIn: got };
  }
  return null;
}

/** Ten thousand sequences in `npm run test:long`, in parts, and few where each second counts. */
const IS_LONG = runs(1).numRuns >= 50;
const PARTS = Array.from({ length: IS_LONG ? 10 : 1 }, (_, part) => part);

test.each(PARTS)("the local Fauna answers as the model of rights does, part %i", async (part) => {
  const given = runs(IS_LONG ? 20 : 30);
  await fc.assert(
    fc.asyncProperty(sequence, async (steps) => {
      expect(await firstDifference(steps)).toBeNull();
    }),
    { ...given, seed: given.seed + part },
  );
});
