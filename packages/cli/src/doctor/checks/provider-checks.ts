import { refusal } from "../../explain";
import { type AccessProvider, type Role, roleName, toArray } from "../../fauna-state";
import { type Checks, fail, type Finding, pass, refused, warn } from "../check";
import type { CheckContext } from "../check-context";
import { checkAudience } from "./token-checks";

const BUILT_IN_ROLES = new Set(["admin", "server", "server-readonly"]);

type ProviderCheck = (
  provider: AccessProvider,
  context: CheckContext,
) => Finding | Promise<Finding>;

/** A check of the access provider. It exists, as the check "access provider" has passed. */
const providerCheck = (run: ProviderCheck, ...after: string[]): Checks[string] => ({
  needs: ["endpoint", "adminKey"],
  dependsOn: ["access provider", ...after],
  run: async (context) => run((await context.provider()) as AccessProvider, context),
});

/** Checks Fauna's access provider and its roles, which an admin key can read. */
export const providerChecks: Checks = {
  "admin key": {
    needs: ["endpoint", "adminKey"],
    dependsOn: ["endpoint"],
    async run(context) {
      const { name } = await context.database();
      return pass(name === undefined ? "of the database itself" : `of the parent of ${name}`);
    },
  },

  "access provider": {
    needs: ["endpoint", "adminKey"],
    dependsOn: ["admin key", "publishable key"],
    async run(context) {
      const provider = await context.provider();
      if (provider) return pass(provider.name);
      const names = (await context.faunaState()).providers.map(({ name }) => name);
      return fail(
        names.length > 0
          ? `The database has only ${names.join(", ")}`
          : "The database has no access provider",
        "Run fauna-clerk init. If the access provider is in a child of FAUNA_ADMIN_KEY's database, " +
          "name that child with --database.",
      );
    },
  },

  issuer: providerCheck(({ issuer }, context) => {
    const expected = context.instance()?.issuer ?? issuer.replace(/\/+$/, "");
    return issuer === expected
      ? pass(issuer)
      : fail(`${issuer} is not exactly ${expected}`, refusal("wrong_issuer", expected).fix);
  }, "secret key"),

  jwks_uri: providerCheck(checkJwksUri, "issuer", "signing keys"),

  roles: providerCheck(async ({ roles }, context) => {
    const names = toArray(roles).map(roleName);
    const known = await rolesByName(context);
    const builtIn = names.filter((name) => BUILT_IN_ROLES.has(name));
    const unknown = names.filter((name) => !known.has(name));
    if (names.length === 0) return refused("no_role", "none");
    if (builtIn.length > 0)
      return fail(
        `${builtIn.join(", ")} is a built-in role`,
        "List a role of your own instead: " +
          "Fauna rejects built-in roles, which would let every user do everything.",
      );
    if (unknown.length > 0)
      return fail(
        `The database has no role ${unknown.join(", ")}`,
        "Create it with Role.create, or remove it from the access provider's roles.",
      );
    return pass(names.join(", "));
  }),

  "role predicates": providerCheck(async ({ roles }, context) => {
    const known = await rolesByName(context);
    const unguarded = toArray(roles).flatMap((role) => unguardedClaims(known.get(roleName(role))));
    if (unguarded.length === 0) return pass("none is true because null == null");
    return warn(
      `${unguarded.join("; ")}: true if the claim and the document's field are both missing`,
      "Add a guard to the predicate: Query.token()?.sub != null && …. In Fauna null equals null.",
    );
  }, "roles"),

  audience: providerCheck(({ audience }) => checkAudience({ aud: audience })),
};

async function rolesByName(context: CheckContext): Promise<ReadonlyMap<string, Role>> {
  return new Map((await context.faunaState()).roles.map((role) => [role.name, role]));
}

async function checkJwksUri(
  { jwks_uri: uri }: AccessProvider,
  context: CheckContext,
): Promise<Finding> {
  const expected = context.instance()?.jwksUri;
  const fix = `Set the access provider's jwks_uri to ${expected ?? "the URL that Clerk's dashboard shows, with https"}.`;
  if (!/^https:/.test(uri)) return fail(`${uri} is not https`, fix);
  if (uri === expected) return pass(uri);
  const served = (await context.keysAt(uri)).map(({ kid }) => kid);
  const missing = (await context.keys()).filter(({ kid }) => !served.includes(kid));
  return missing.length > 0 ? fail(`${uri} has other keys than Clerk`, fix) : pass(uri);
}

/** Matches `Query.token()!.sub`, for any claim, also with `?` or nothing instead of `!`. */
const CLAIM = /Query\s*\.\s*token\s*\(\s*\)\s*(?:!|\?)?\s*\.\s*(\w+)/g;

/**
 * Lists privileges that compare a claim without a check for null, such as `Todo.read (sub)`. In Fauna null equals null:
 * without a `sub`, such a predicate is true for every document that has no owner.
 */
export function unguardedClaims(role: Role | undefined): string[] {
  return toArray(role?.privileges).flatMap(({ resource, actions }) =>
    Object.entries(actions ?? {}).flatMap(([action, predicate]) => {
      const claims = typeof predicate === "string" ? unguardedClaimsOf(predicate) : [];
      return claims.length > 0 ? [`${resource}.${action} (${claims.join(", ")})`] : [];
    }),
  );
}

function unguardedClaimsOf(predicate: string): string[] {
  const claims = new Set([...predicate.matchAll(CLAIM)].map(([, claim = ""]) => claim));
  return [...claims].filter((claim) => predicate.includes("==") && !isGuarded(predicate, claim));
}

function isGuarded(predicate: string, claim: string): boolean {
  return new RegExp(`\\.\\s*${claim}\\s*!=\\s*null|null\\s*!=[^&|]*\\.\\s*${claim}\\b`).test(
    predicate,
  );
}
