import {
  type AccessProvider,
  type GrantedRole,
  roleName,
  rolePredicate,
  toArray,
} from "../fauna-state";
import type { Setup } from "./setup";
import type { Step } from "./step";

type Provider = Omit<AccessProvider, "audience"> & { roles: GrantedRole[] };

/** Creates or updates the access provider, and reads its audience. */
export function providerStep(setup: Setup): Step {
  return {
    title: "Access provider",
    async inspect() {
      const wanted = await setup.desiredProvider();
      const before = setup.currentProvider;
      const details = before ? difference(before, wanted) : describe(wanted);
      if (details.length === 0)
        return { state: "same", details: [wanted.name, ...audienceDetail(setup)] };
      const apply = async (): Promise<string[]> => {
        setup.audience = await writeProvider(setup, wanted, before);
        return audienceDetail(setup);
      };
      const kind = before ? "update" : "create";
      return { state: "change", change: { kind, details: [wanted.name, ...details], apply } };
    },
  };
}

function audienceDetail({ audience }: Setup): string[] {
  return audience === undefined ? [] : [`audience: ${audience}`];
}

function writeProvider(
  { database }: Setup,
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
  return [
    `issuer: ${issuer}`,
    `jwks_uri: ${jwks_uri}`,
    `roles: ${roles.map(formatRole).join(", ")}`,
  ];
}

function difference(before: AccessProvider, wanted: Provider): string[] {
  const lines = (["issuer", "jwks_uri"] as const)
    .filter((field) => before[field] !== wanted[field])
    .map((field) => `${field}: ${before[field]} → ${wanted[field]}`);
  const [had, has] = [toArray(before.roles), wanted.roles].map((roles) =>
    roles.map(formatRole).join(", "),
  );
  return had === has ? lines : [...lines, `roles: ${had || "none"} → ${has ?? ""}`];
}

function formatRole(grant: GrantedRole): string {
  const predicate = rolePredicate(grant);
  return predicate === undefined
    ? roleName(grant)
    : `${roleName(grant)} where ${normalizePredicate(predicate)}`;
}

/** Some servers reformat predicates and put the parameter in parentheses. */
function normalizePredicate(predicate: string): string {
  return predicate
    .replace(/^\s*\(\s*(\w+)\s*\)\s*=>/, "$1 =>")
    .replace(/\s+/g, " ")
    .trim();
}
