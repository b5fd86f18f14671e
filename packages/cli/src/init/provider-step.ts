import {
  listed,
  roleName,
  rolePredicate,
  type AccessProvider,
  type GrantedRole,
} from "../fauna-state";
import type { Goal } from "./goal";
import type { Step } from "./plan";

type Provider = Omit<AccessProvider, "audience"> & { roles: GrantedRole[] };

/** Makes or changes the access provider, and reads the audience back. */
export function providerStep(goal: Goal): Step {
  return {
    title: "Access provider",
    async inspect() {
      const wanted = await goal.provider();
      const before = goal.providerBefore;
      const details = before ? difference(before, wanted) : describe(wanted);
      if (details.length === 0)
        return { state: "same", details: [wanted.name, ...audienceOf(goal)] };
      const apply = async (): Promise<string[]> => {
        goal.audience = await write(goal, wanted, before);
        return audienceOf(goal);
      };
      const kind = before ? "update" : "create";
      return { state: "change", change: { kind, details: [wanted.name, ...details], apply } };
    },
  };
}

function audienceOf({ audience }: Goal): string[] {
  return audience === undefined ? [] : [`audience: ${audience}`];
}

function write(
  { database }: Goal,
  { name, ...fields }: Provider,
  before: AccessProvider | undefined,
): Promise<string> {
  return before
    ? database.query<string>("AccessProvider.byName(name)!.update(fields).audience", {
        name,
        fields,
      })
    : database.query<string>("AccessProvider.create(provider).audience", {
        provider: { name, ...fields },
      });
}

function describe({ issuer, jwks_uri, roles }: Provider): string[] {
  return [`issuer: ${issuer}`, `jwks_uri: ${jwks_uri}`, `roles: ${roles.map(shown).join(", ")}`];
}

function difference(before: AccessProvider, wanted: Provider): string[] {
  const lines = (["issuer", "jwks_uri"] as const)
    .filter((field) => before[field] !== wanted[field])
    .map((field) => `${field}: ${before[field]} → ${wanted[field]}`);
  const [had, has] = [listed(before.roles), wanted.roles].map((roles) =>
    roles.map(shown).join(", "),
  );
  return had === has ? lines : [...lines, `roles: ${had || "none"} → ${has ?? ""}`];
}

function shown(grant: GrantedRole): string {
  const predicate = rolePredicate(grant);
  return predicate === undefined ? roleName(grant) : `${roleName(grant)} where ${plain(predicate)}`;
}

/** Servers that print a predicate anew put its parameter in brackets. */
function plain(predicate: string): string {
  return predicate
    .replace(/^\s*\(\s*(\w+)\s*\)\s*=>/, "$1 =>")
    .replace(/\s+/g, " ")
    .trim();
}
