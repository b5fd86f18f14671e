import { refusal } from "../../explain";
import { type JwtTemplate, LIFETIME_SECONDS, RESERVED_CLAIMS } from "../../jwt-template";
import { type Checks, fail, type Finding, pass, warn } from "../check";
import type { CheckContext } from "../check-context";
import { checkAudience } from "./token-checks";

type TemplateCheck = (template: JwtTemplate, context: CheckContext) => Finding | Promise<Finding>;

/** A check of the JWT template. It exists, as the check "template" has passed. */
const templateCheck = (run: TemplateCheck, ...after: string[]): Checks[string] => ({
  needs: ["secretKey"],
  dependsOn: ["template", ...after],
  run: async (context) => run((await context.template()) as JwtTemplate, context),
});

/** A shortcode about the user's organization. */
const ORGANIZATION_SHORTCODE = /\{\{[^}]*\borg(anization|_membership)?\./;

/** A token stays valid after sign-out, so warn about longer lifetimes. */
const LONG_LIFETIME_S = 60 * 60;

/** Checks Clerk's JWT template, which the secret key can read. */
export const templateChecks: Checks = {
  template: {
    needs: ["secretKey"],
    dependsOn: ["secret key"],
    async run(context) {
      const wanted = context.settings.template;
      if (await context.template()) return pass(wanted);
      const names = (await context.templates()).map(({ name }) => name);
      return templateNotFound(wanted, names);
    },
  },

  "template audience": templateCheck(
    async ({ claims }, context) => checkAudience(claims, await context.provider()),
    "audience",
  ),

  "template claims": templateCheck(({ claims }) => {
    const names = Object.keys(claims);
    const reserved = names.filter((name) => RESERVED_CLAIMS.includes(name));
    if (reserved.length > 0)
      return fail(
        `${reserved.join(", ")} is reserved`,
        "Remove it from the JWT template: Clerk sets this claim itself.",
      );
    if (!names.includes("org_id") && ORGANIZATION_SHORTCODE.test(JSON.stringify(claims)))
      return warn(
        `${names.join(", ")}: uses the organization, but has no org_id`,
        'Run fauna-clerk init, or add "org_id": "{{org.id}}": with it, the library never sends a token ' +
          "of another organization than the one on the screen.",
      );
    return pass(names.join(", "));
  }),

  "template algorithm": templateCheck(({ signingAlgorithm, customSigningKey }) => {
    if (!customSigningKey && signingAlgorithm === "RS256") return pass(signingAlgorithm);
    const { fix } = refusal("not_rs256");
    return fail(`${signingAlgorithm}${customSigningKey ? " with a custom signing key" : ""}`, fix);
  }),

  "template lifetime": templateCheck(({ lifetime }) => {
    const message = `${lifetime} s`;
    if (lifetime < LIFETIME_SECONDS.min)
      return fail(
        message,
        `Set at least ${LIFETIME_SECONDS.min} s: Clerk's SDKs hand out tokens until just before they expire.`,
      );
    if (lifetime > LONG_LIFETIME_S)
      return warn(
        message,
        "Set 60 s, the default: a token stays valid until it expires, even after sign-out.",
      );
    return pass(message);
  }),
};

function templateNotFound(wanted: string, names: readonly string[]): Finding {
  const similar = similarNames(wanted, names);
  const message = `Clerk has no JWT template "${wanted}"`;
  if (similar.length === 0)
    return fail(
      message,
      "Run fauna-clerk init, or create it in Clerk's dashboard (JWT templates).",
    );
  return fail(
    `${message}, but ${similar.map((name) => `"${name}"`).join(", ")}`,
    `Rename that one to "${wanted}", or pass template="${similar[0]}" to FaunaProvider and --template here.`,
  );
}

/** Names that may be a misspelling: same letters, one contains the other, or at most two typing errors. */
export function similarNames(wanted: string, names: readonly string[]): string[] {
  const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const wantedLetters = letters(wanted);
  return names.filter((name) => {
    const candidate = letters(name);
    const contained = candidate.length > 2 && wantedLetters.includes(candidate);
    return (
      contained || candidate.includes(wantedLetters) || distance(wantedLetters, candidate) <= 2
    );
  });
}

/** The Levenshtein distance: how many letters to insert, delete or replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries())
      next.push(
        Math.min(at(row, j) + Number(letter !== other), at(row, j + 1) + 1, at(next, j) + 1),
      );
    row = next;
  }
  return at(row, to.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
