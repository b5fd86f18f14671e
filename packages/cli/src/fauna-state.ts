import { randomUUID } from "node:crypto";
import { type FaunaApi, FaunaError } from "./fauna-api";

/** A privilege of a role, as its document has it. */
export interface Privilege {
  readonly resource: string;
  /** `true`, or the text of a predicate. */
  readonly actions?: Readonly<Record<string, boolean | string>>;
}

export interface Role {
  readonly name: string;
  readonly privileges?: readonly Privilege[] | Privilege | null;
  readonly membership?: readonly { resource: string; predicate?: string }[] | null;
}

/** A role of an access provider: always, or where a predicate over the claims is true. */
export type GrantedRole = string | { readonly role: string; readonly predicate: string };

export interface AccessProvider {
  readonly name: string;
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly roles?: readonly GrantedRole[] | GrantedRole | null;
  readonly audience: string;
}

/** What a database has of the things that init sets up. */
export interface FaunaState {
  readonly collections: readonly string[];
  readonly roles: readonly Role[];
  readonly providers: readonly AccessProvider[];
}

/** What a database has that is yet to be made. */
export const EMPTY_STATE: FaunaState = { collections: [], roles: [], providers: [] };

/** Reads it all in one query. */
export function readFaunaState(fauna: FaunaApi): Promise<FaunaState> {
  return fauna.query<FaunaState>(`{
    collections: Collection.all().map(.name).toArray(),
    roles: Role.all().toArray(),
    providers: AccessProvider.all().toArray()
  }`);
}

/** The child database that is set up where the admin key is that of the root database, which takes no tokens. */
export const DEFAULT_CHILD_DATABASE = "app";

/**
 * What tokens for a database must have as `aud`. Only access providers tell, so one is made in a transaction that is
 * then given up: nothing of it stays.
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

/** A field that may be left out, hold one thing or several. */
export function toArray<T extends string | object>(
  value: readonly T[] | T | null | undefined,
): T[] {
  return value == null ? [] : ([value].flat() as T[]);
}

/** The name of a granted role. */
export function roleName(granted: GrantedRole): string {
  return typeof granted === "string" ? granted : granted.role;
}

/** Its predicate, if it has one. */
export function rolePredicate(granted: GrantedRole): string | undefined {
  return typeof granted === "string" ? undefined : granted.predicate;
}
