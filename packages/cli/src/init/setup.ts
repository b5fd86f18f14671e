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

/** Chooses the roles of signed-in users if the command line names none. They already have those in `granted`. */
export type ChooseRoles = (
  known: readonly string[],
  granted: readonly GrantedRole[],
) => Promise<readonly GrantedRole[]>;

/** The desired set-up, and what the steps have learned about the current one. */
export class Setup {
  /** Admin access to the database to set up. Undefined until that database exists. */
  fauna: FaunaApi | undefined;
  state: FaunaState = EMPTY_STATE;
  /** The `aud` of tokens. Undefined until a step has read it. */
  audience: string | undefined;
  #grantedRoles: readonly GrantedRole[] | undefined;

  constructor(
    readonly settings: Settings,
    private readonly chooseRoles: ChooseRoles,
  ) {
    this.audience = settings.audience;
  }

  /** Selects the database to set up, and reads its state. */
  async selectDatabase(fauna: FaunaApi): Promise<void> {
    this.fauna = fauna;
    this.state = await readFaunaState(fauna);
    this.audience = this.state.providers[0]?.audience ?? (await readAudience(fauna));
  }

  /** The database to set up. Only for changes: they come after the step that creates it. */
  get database(): FaunaApi {
    if (!this.fauna) throw new Error("There is no database yet.");
    return this.fauna;
  }

  /** The roles that the provider should grant. */
  async grantedRoles(): Promise<readonly GrantedRole[]> {
    const { roles } = this.settings;
    const known = this.state.roles.map(({ name }) => name);
    const granted = toArray(this.currentProvider?.roles);
    return (this.#grantedRoles ??=
      roles.length > 0 ? roles : await this.chooseRoles(known, granted));
  }

  /** Keeps the privileges of a role. The first role also gets its own documents in each collection. */
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

  /** The existing provider, found by its issuer, which is unique too, or else by its name. */
  get currentProvider(): AccessProvider | undefined {
    const { instance, provider } = this.settings;
    const { providers } = this.state;
    return (
      providers.find(({ issuer }) => issuer === instance.issuer) ??
      providers.find(({ name }) => name === provider)
    );
  }

  /** The provider as it should be. It keeps the roles that it grants. */
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

/** An existing predicate stays unless there is a new one: without it, more users would get the role. */
function mergeRoles(before: readonly GrantedRole[], wanted: readonly GrantedRole[]): GrantedRole[] {
  const asked = (name: string): GrantedRole | undefined =>
    wanted.find((grant) => typeof grant !== "string" && grant.role === name);
  const kept = before.map((grant) => asked(roleName(grant)) ?? grant);
  const names = new Set(before.map(roleName));
  return [...kept, ...wanted.filter((grant) => !names.has(roleName(grant)))];
}

// In Fauna null equals null: without this, a token without sub could access every document without an owner.
const SIGNED_IN = "Query.token()?.sub != null";
const OWN = "(doc) => " + SIGNED_IN + " && doc.owner == Query.token()!.sub";

/** Lets users do everything with documents whose `owner` is their user id, and nothing with others. */
function ownDocumentsPrivilege(collection: string): Privilege {
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
