import { type Privilege, type Role, roleName, toArray } from "../fauna-state";
import type { Setup } from "./setup";
import type { Step } from "./step";

interface RoleChange {
  readonly role: Role & { privileges: Privilege[] };
  readonly before: Role | undefined;
}

/** Creates missing roles, and gives the first one its own documents in each collection. */
export function rolesStep(setup: Setup): Step {
  return {
    title: "Roles",
    async inspect() {
      const names = (await setup.grantedRoles()).map(roleName);
      const changes = (await Promise.all(names.map((name) => roleChange(setup, name)))).flat();
      if (changes.length === 0) return { state: "same", details: names };
      const kind = changes.every(({ before }) => !before) ? "create" : "update";
      const apply = async (): Promise<undefined> => {
        for (const change of changes) await writeRole(setup, change);
      };
      return { state: "change", change: { kind, details: changes.flatMap(describe), apply } };
    },
  };
}

async function roleChange(setup: Setup, name: string): Promise<RoleChange[]> {
  const role = await setup.desiredRole(name);
  const before = setup.state.roles.find((one) => one.name === name);
  const same = before && toArray(before.privileges).length === role.privileges.length;
  return same ? [] : [{ role, before }];
}

async function writeRole(
  setup: Setup,
  { role: { name, privileges }, before }: RoleChange,
): Promise<void> {
  await (before
    ? setup.database.query("Role.byName(name)!.update({ privileges: privileges }) { name }", {
        name,
        privileges,
      })
    : setup.database.query("Role.create({ name: name, privileges: privileges }) { name }", {
        name,
        privileges,
      }));
}

function describe({ role, before }: RoleChange): string[] {
  const added = role.privileges.slice(toArray(before?.privileges).length);
  const head = before ? role.name : `${role.name} (new)`;
  if (added.length === 0) return [`${head}: no privileges`];
  return [`${head}:`, ...added.flatMap(describePrivilege)];
}

function describePrivilege({ resource, actions = {} }: Privilege): string[] {
  return Object.entries(actions).map(
    ([action, rule]) => `  ${action} ${resource}: ${String(rule)}`,
  );
}
