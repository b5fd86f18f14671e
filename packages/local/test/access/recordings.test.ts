import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Replay, type Responses, type Step } from "./model/replay";
import { comparable, difference, masking } from "./sequences/compare";

/** What the real server answered: the model has to know it before it judges the local Fauna. */
const RECORDED = new URL("../../conformance/recorded/", import.meta.url);
const AREAS = ["roles", "jwt", "feed", "stream"];
/** About what claims are as values, by functions that the model does not have. */
const NOT_ABOUT_ACCESS = [
  "jwt-claims-all",
  "jwt-claims-as-arguments",
  "jwt-identity",
  "jwt-linked-formats",
  "jwt-raw-payloads",
];

interface Recorded extends Step {
  readonly response?: { readonly status: number; readonly body?: { readonly error?: Problem } };
  readonly during?: readonly Recorded[];
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

interface Scenario {
  readonly name: string;
  readonly area: string;
  readonly steps: readonly Recorded[];
}

function scenarios(): Scenario[] {
  return readdirSync(RECORDED)
    .map((file) => JSON.parse(readFileSync(new URL(file, RECORDED), "utf8")) as Scenario)
    .filter(({ area, name }) => AREAS.includes(area) && !NOT_ABOUT_ACCESS.includes(name));
}

/** Whether a request was refused for its form or its types, before anybody's rights were looked at. */
function isMalformed({ code, message }: Problem): boolean {
  if (code === "invalid_request")
    return !/event source,|event (source|cursor) provided/.test(message);
  return code === "invalid_query";
}

/** Feeds and streams, and what was asked with another secret than the admin's. */
function isAboutAccess({ as = "admin", q, path, stream, response }: Recorded): boolean {
  const error = response?.body?.error;
  if (!response || (typeof error === "object" && isMalformed(error))) return false;
  return stream !== undefined || path === "/feed/1" || (q !== undefined && as !== "admin");
}

/** The admin's steps make what the others are about, as far as the server took them: schemas are not the model's. */
function isAsked(step: Recorded): boolean {
  const isSetUp = step.q !== undefined && (step.as ?? "admin") === "admin";
  return !step.response || isAboutAccess(step) || (isSetUp && step.response.status === 200);
}

const withoutHeaders = (response: object): object => ({ ...response, headers: undefined });

test("the model of rights answers what was recorded of them by itself", () => {
  const wrong: string[] = [];
  let asked = 0;
  for (const { name, steps } of scenarios()) {
    const model = new Replay();
    const mask = masking(model.variables, () => model.root.now / 1000);
    const judge = (step: Recorded, got: unknown): void => {
      if (!isAboutAccess(step)) return;
      asked++;
      const differs = difference(
        comparable((value) => value, withoutHeaders(step.response!)),
        comparable(mask, got),
      );
      if (differs !== null)
        wrong.push(`${name}: ${step.q ?? JSON.stringify(step.body)} ${differs}`);
    };
    for (const step of steps.filter(isAsked)) {
      const got: Responses | undefined = model.answer(step);
      judge(step, got?.response);
      for (const [i, inner] of (step.during ?? []).entries()) judge(inner, got?.during[i]);
    }
  }
  expect(asked).toBeGreaterThan(750);
  expect(wrong.length / asked, wrong.join("\n")).toBeLessThan(0.01);
});
