import { randomUUID } from "node:crypto";
import { type FaunaApi, FaunaError } from "./fauna-api";

/** A privilege in a role document. */
export interface Privilege {
  readonly resource: string;
  /** `true`, or the source of a predicate. */
  readonly actions?: Readonly<Record<string, boolean | string>>;
}

export interface Role {
  readonly name: string;
  readonly privileges?: readonly Privilege[] | Privilege | null;
  readonly membership?: readonly { resource: string; predicate?: string }[] | null;
}

/** A role that an access provider grants: always, or if a predicate over the claims is true. */
export type GrantedRole = string | { readonly role: string; readonly predicate: string };

export interface AccessProvider {
  readonly name: string;
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly roles?: readonly GrantedRole[] | GrantedRole | null;
  readonly audience: string;
}

/** The parts of a database that init sets up. */
export interface FaunaState {
  readonly collections: readonly string[];
  readonly roles: readonly Role[];
  readonly providers: readonly AccessProvider[];
}

/** The state of a database that does not exist yet. */
export const EMPTY_STATE: FaunaState = { collections: [], roles: [], providers: [] };

/** Reads the state in one query. */
export function readFaunaState(fauna: FaunaApi): Promise<FaunaState> {
  return fauna.query<FaunaState>(`{
    collections: Collection.all().map(.name).toArray(),
    roles: Role.all().toArray(),
    providers: AccessProvider.all().toArray()
  }`);
}

/** With a key of the root database, which accepts no tokens, init sets up this child database. */
export const DEFAULT_CHILD_DATABASE = "app";

/**
 * The `aud` that a database's tokens must have. Only an access provider shows it, so this creates one in a
 * transaction, and aborts that.
 */
export async function readAudience(fauna: FaunaApi): Promise<string> {
  const id = randomUUID();
  const provider = {
    name: `probe_${id.replaceAll("-", "")}`,
    issuer: `urn:uuid:${id}`,
    jwks_uri: "https://localhost/jwks.json",
  };
  const query = "abort(AccessProvider.create(provider).audience)";
  try {
    await fauna.query(query, { provider });
  } catch (error) {
    if (error instanceof FaunaError && typeof error.abort === "string") return error.abort;
    throw error;
  }
  throw new Error("abort did not abort");
}

/** Normalizes a field that may be missing, a single value or a list. */
export function toArray<T extends string | object>(
  value: readonly T[] | T | null | undefined,
): T[] {
  return value == null ? [] : ([value].flat() as T[]);
}

export function roleName(granted: GrantedRole): string {
  return typeof granted === "string" ? granted : granted.role;
}

export function rolePredicate(granted: GrantedRole): string | undefined {
  return typeof granted === "string" ? undefined : granted.predicate;
}
