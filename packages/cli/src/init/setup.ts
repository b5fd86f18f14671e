import type { FaunaApi } from "../fauna-api";
import {
  type AccessProvider,
  EMPTY_STATE,
  type FaunaState,
  type GrantedRole,
  type Privilege,
  readAudience,
  readFaunaState,
  type Role,
  roleName,
  toArray,
} from "../fauna-state";
import type { Settings } from "./settings";

/** Picks the roles of signed-in users, who have some `granted` already, where the command line names none. */
export type ChooseRoles = (
  known: readonly string[],
  granted: readonly GrantedRole[],
) => Promise<readonly GrantedRole[]>;

/** What is to be, and what the steps have found out about what is. */
export class Setup {
  /** With rights on the database that is to be set up; undefined while that is yet to be made. */
  fauna: FaunaApi | undefined;
  state: FaunaState = EMPTY_STATE;
  /** The `aud` of tokens; undefined as long as nobody knows it. */
  audience: string | undefined;
  #grantedRoles: readonly GrantedRole[] | undefined;

  constructor(
    readonly settings: Settings,
    private readonly chooseRoles: ChooseRoles,
  ) {
    this.audience = settings.audience;
  }

  /** Goes on with a database, and reads what it has. */
  async selectDatabase(fauna: FaunaApi): Promise<void> {
    this.fauna = fauna;
    this.state = await readFaunaState(fauna);
    this.audience = this.state.providers[0]?.audience ?? (await readAudience(fauna));
  }

  /** The database that is to be set up. Steps that change it come after the one that makes it. */
  get database(): FaunaApi {
    if (!this.fauna) throw new Error("There is no database yet.");
    return this.fauna;
  }

  /** The roles that the provider is to grant. */
  async grantedRoles(): Promise<readonly GrantedRole[]> {
    const { roles } = this.settings;
    const known = this.state.roles.map(({ name }) => name);
    const granted = toArray(this.currentProvider?.roles);
    return (this.#grantedRoles ??=
      roles.length > 0 ? roles : await this.chooseRoles(known, granted));
  }

  /** A role as it is to be: what it has, and for the first one its own documents in each collection. */
  async desiredRole(name: string): Promise<Role & { privileges: Privilege[] }> {
    const [first] = await this.grantedRoles();
    const before = this.state.roles.find((role) => role.name === name);
    const privileges = toArray(before?.privileges);
    const has = (collection: string): boolean =>
      privileges.some(({ resource }) => resource === collection);
    const missing =
      first !== undefined && roleName(first) === name
        ? this.settings.collections.filter((collection) => !has(collection))
        : [];
    return { ...before, name, privileges: [...privileges, ...missing.map(ownDocumentsPrivilege)] };
  }

  /** The provider of the instance: by its issuer, which is as unique as the name, or else by its name. */
  get currentProvider(): AccessProvider | undefined {
    const { instance, provider } = this.settings;
    const { providers } = this.state;
    return (
      providers.find(({ issuer }) => issuer === instance.issuer) ??
      providers.find(({ name }) => name === provider)
    );
  }

  /** The provider as it is to be. Roles that it grants already stay. */
  async desiredProvider(): Promise<Omit<AccessProvider, "audience"> & { roles: GrantedRole[] }> {
    const { instance, provider } = this.settings;
    const before = this.currentProvider;
    return {
      name: before?.name ?? provider,
      issuer: instance.issuer,
      jwks_uri: instance.jwksUri,
      roles: mergeRoles(toArray(before?.roles), await this.grantedRoles()),
    };
  }
}

/** A predicate that is there stays, unless another is asked for: leaving it out would let more people in. */
function mergeRoles(before: readonly GrantedRole[], wanted: readonly GrantedRole[]): GrantedRole[] {
  const asked = (name: string): GrantedRole | undefined =>
    wanted.find((grant) => typeof grant !== "string" && grant.role === name);
  const kept = before.map((grant) => asked(roleName(grant)) ?? grant);
  const names = new Set(before.map(roleName));
  return [...kept, ...wanted.filter((grant) => !names.has(roleName(grant)))];
}

// A token without a sub would otherwise pass for every document without an owner: to Fauna, null equals null.
const SIGNED_IN = "Query.token()?.sub != null";
const OWN = "(doc) => " + SIGNED_IN + " && doc.owner == Query.token()!.sub";

/** Lets users do everything with documents whose `owner` is their user id, and nothing with others. */
export function ownDocumentsPrivilege(collection: string): Privilege {
  return {
    resource: collection,
    actions: {
      read: OWN,
      create: OWN,
      write: `(before, after) => ${SIGNED_IN} && before.owner == Query.token()!.sub && after.owner == before.owner`,
      delete: OWN,
    },
  };
}
