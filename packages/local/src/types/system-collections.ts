/** A collection of the system: the types of its documents, and of what `create` takes. */
export interface SystemCollection {
  readonly document: string;
  readonly record: string;
  readonly create: string;
  readonly named: boolean;
}

const DATA = "data: { *: Any } | Null";
const TERM = "{ field: String, mva: Boolean | Null }";
const VALUE = `{ field: String, mva: Boolean | Null, order: "asc" | "desc" | Null }`;
const MIGRATION = `{ backfill: { field: String, value: String } } | { drop: { field: String } }
  | { split: { field: String, to: Array<String> } } | { move: { field: String, to: String } } | { add: { field: String } }
  | { move_conflicts: { into: String } } | { move_wildcard: { into: String } } | { add_wildcard: {} }`;
const COMPUTED = "{ *: { body: String, signature: String | Null } }";
const FIELD = "{ *: { signature: String, default: String | Null } }";
const UNIQUE = `{ unique: Array<String> | Array<${TERM}> }`;
const CHECK = "{ check: { name: String, body: String } }";
const PREDICATE = "{ role: String, predicate: String }";

export const SYSTEM: Readonly<Record<string, SystemCollection>> = {
  Collection: {
    document: "CollectionDef",
    record: `{ name: String, alias: String | Null, computed_fields: ${COMPUTED}, fields: ${FIELD},
      migrations: Array<${MIGRATION}> | Null, wildcard: String, ts: Time, coll: CollectionCollection,
      history_days: Number | Null, ttl_days: Number | Null, document_ttls: Boolean | Null,
      indexes: { *: { terms: Array<${TERM}>, values: Array<${VALUE}>, queryable: Boolean, status: "pending" | "active" | "failed" } },
      constraints: Array<{ *: Any }>, ${DATA} }`,
    create: `{ name: String, alias: String | Null, computed_fields: ${COMPUTED} | Null, fields: ${FIELD} | Null,
      migrations: Array<${MIGRATION}> | Null, wildcard: String | Null, history_days: Number | Null,
      ttl_days: Number | Null, document_ttls: Boolean | Null,
      indexes: { *: { terms: Array<${TERM}> | Null, values: Array<${VALUE}> | Null, queryable: Boolean | Null } } | Null,
      constraints: Array<${UNIQUE} | ${CHECK}> | Null, ${DATA} }`,
    named: true,
  },
  Function: {
    document: "FunctionDef",
    record: `{ name: String, alias: String | Null, signature: String | Null, ts: Time, coll: FunctionCollection,
      role: String | Null, body: String, ${DATA} }`,
    create: `{ name: String, alias: String | Null, signature: String | Null, role: String | Null, body: String, ${DATA} }`,
    named: true,
  },
  Role: {
    document: "Role",
    record: `{ name: String, ts: Time, coll: RoleCollection, privileges: Any, membership: Any, ${DATA} }`,
    create: `{ name: String, privileges: Any | Null, membership: Any | Null, ${DATA} }`,
    named: true,
  },
  AccessProvider: {
    document: "AccessProvider",
    record: `{ name: String, ts: Time, coll: AccessProviderCollection, issuer: String, jwks_uri: String,
      roles: Array<${PREDICATE}>, audience: String, ${DATA} }`,
    create: `{ name: String, issuer: String, jwks_uri: String,
      roles: String | ${PREDICATE} | Array<String | ${PREDICATE}> | Null, ${DATA} }`,
    named: true,
  },
  Database: {
    document: "DatabaseDef",
    record: `{ name: String, ts: Time, coll: DatabaseCollection, global_id: String, priority: Number | Null,
      typechecked: Boolean | Null, protected: Boolean | Null, ${DATA} }`,
    create: `{ name: String, priority: Number | Null, typechecked: Boolean | Null, protected: Boolean | Null, ${DATA} }`,
    named: true,
  },
  Key: {
    document: "Key",
    record: `{ id: ID, ts: Time, coll: KeyCollection, role: String, database: String | Null, ttl: Time | Null,
      secret: String | Null, ${DATA} }`,
    create: `{ role: String, database: String | Null, ttl: Time | Null, ${DATA} }`,
    named: false,
  },
  Token: {
    document: "Token",
    record: `{ id: ID, ts: Time, coll: TokenCollection, document: { *: Any }, secret: String | Null,
      ttl: Time | Null, ${DATA} }`,
    create: `{ id: ID | Null, document: { *: Any } | Null, ttl: Time | Null, ${DATA} }`,
    named: false,
  },
  Credential: {
    document: "Credential",
    record: `{ id: ID, ts: Time, coll: CredentialCollection, document: Ref<{ *: Any }>, ${DATA} }`,
    create: `{ id: ID | Null, document: Ref<{ *: Any }>, password: String | Null, ${DATA} }`,
    named: false,
  },
};

/** The names of these collections, and an old one. */
export const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.keys(SYSTEM).map((name) => [name, name] as const),
  ["Credentials", "Credential"],
]);
