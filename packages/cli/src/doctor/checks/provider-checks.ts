import { refusal } from "../../explain";
import { fail, pass, refused, warn, type Checks, type Finding } from "../check";
import { listed, roleName, type AccessProvider, type Role } from "../../fauna-state";
import type { Facts } from "../facts";
import { judgeAudience } from "../judge-audience";
import { unguardedClaims } from "../unguarded-claims";

const BUILT_IN = new Set(["admin", "server", "server-readonly"]);

type Look = (provider: AccessProvider, facts: Facts) => Finding | Promise<Finding>;

/** A check of the access provider; there is one, or the check of that name has failed. */
const ofProvider = (look: Look, ...after: string[]): Checks[string] => ({
  needs: ["endpoint", "adminKey"],
  after: ["access provider", ...after],
  look: async (facts) => look((await facts.provider()) as AccessProvider, facts),
});

/** Fauna's access provider and its roles, as an admin key shows them. */
export const providerChecks: Checks = {
  "admin key": {
    needs: ["endpoint", "adminKey"],
    after: ["endpoint"],
    async look(facts) {
      const { name } = await facts.database();
      return pass(name === undefined ? "of the database itself" : `of the parent of ${name}`);
    },
  },

  "access provider": {
    needs: ["endpoint", "adminKey"],
    after: ["admin key", "publishable key"],
    async look(facts) {
      const provider = await facts.provider();
      if (provider) return pass(provider.name);
      const names = (await facts.state()).providers.map(({ name }) => name);
      return fail(
        names.length > 0 ? `There is only ${names.join(", ")}` : "The database has none",
        "Run fauna-clerk init. If there is one, " +
          "it is in another database: --database names a child of that of FAUNA_ADMIN_KEY.",
      );
    },
  },

  issuer: ofProvider(({ issuer }, facts) => {
    const expected = facts.instance()?.issuer ?? issuer.replace(/\/+$/, "");
    return issuer === expected
      ? pass(issuer)
      : fail(`${issuer} is not ${expected}, to the letter`, refusal("wrong_issuer", expected).fix);
  }, "secret key"),

  jwks_uri: ofProvider(judgeJwksUri, "issuer", "signing keys"),

  roles: ofProvider(async ({ roles }, facts) => {
    const names = listed(roles).map(roleName);
    const known = await roleByName(facts);
    const builtIn = names.filter((name) => BUILT_IN.has(name));
    const unknown = names.filter((name) => !known.has(name));
    if (names.length === 0) return refused("no_role", "none");
    if (builtIn.length > 0)
      return fail(
        `${builtIn.join(", ")} is built in`,
        "List a role of your own in the access provider's roles: " +
          "a built-in one is refused, and would let every user do everything.",
      );
    if (unknown.length > 0)
      return fail(
        `The database has no role ${unknown.join(", ")}`,
        "Create it with Role.create, or take it out of the access provider's roles.",
      );
    return pass(names.join(", "));
  }),

  "role predicates": ofProvider(async ({ roles }, facts) => {
    const known = await roleByName(facts);
    const open = listed(roles).flatMap((role) => unguardedClaims(known.get(roleName(role))));
    if (open.length === 0) return pass("none is true by null == null");
    return warn(
      `${open.join("; ")}: true where the claim and the document's field are both missing`,
      "Add a guard to the predicate: Query.token()?.sub != null && …. In Fauna null equals null.",
    );
  }, "roles"),

  audience: ofProvider(({ audience }) => judgeAudience({ aud: audience })),
};

async function roleByName(facts: Facts): Promise<ReadonlyMap<string, Role>> {
  return new Map((await facts.state()).roles.map((role) => [role.name, role]));
}

async function judgeJwksUri({ jwks_uri: uri }: AccessProvider, facts: Facts): Promise<Finding> {
  const expected = facts.instance()?.jwksUri;
  const fix = `Set the access provider's jwks_uri to ${expected ?? "the one that Clerk shows, with https"}.`;
  if (!/^https:/.test(uri)) return fail(`${uri} is not https`, fix);
  if (uri === expected) return pass(uri);
  const theirs = (await facts.keysAt(uri)).map(({ kid }) => kid);
  const missing = (await facts.keys()).filter(({ kid }) => !theirs.includes(kid));
  return missing.length > 0 ? fail(`${uri} has other keys than Clerk`, fix) : pass(uri);
}
