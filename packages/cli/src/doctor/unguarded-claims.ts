import { toArray, type Role } from "../fauna-state";

/** `Query.token()!.sub`, with whatever stands for `!` and for `sub`. */
const CLAIM = /Query\s*\.\s*token\s*\(\s*\)\s*(?:!|\?)?\s*\.\s*(\w+)/g;

/**
 * The privileges of a role that compare a claim without making sure that there is one, each as `Todo.read (sub)`. To
 * Fauna null equals null: such a predicate is true for every document without an owner, if the token has no `sub`.
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
