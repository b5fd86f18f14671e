import { randomBytes } from "node:crypto";
import type { Context } from "../context";
import type { DocVersion, Value, DocValue, Fields } from "../../values/value";
import { parseShape } from "../shape-text";
import {
  BASE_MODEL,
  fieldFailures,
  clash,
  nameFailures,
  notUnique,
  shapeFailures,
  type SystemModel,
} from "./model";
import { hashPassword } from "./password";
import { deleteKeysOf, renameDatabase } from "./references";
import type { ConstraintFailure } from "../../errors";
import { systemName, SYSTEM_COLLECTIONS } from "../../../store/system";
import type { DocumentId } from "../../../store/caller";
import { listed } from "../permissions";
import { BY_DOCUMENT } from "../../../store/collection-store";
import { IndexStore } from "../../../store/index-store";

const KEY = parseShape("{ role: String, database: String | Null, data: { *: Any } | Null }");
/** Only in FQL v4 a key has several roles, and a priority. */
const V4_KEY = parseShape(
  "{ role: String | Array<String>, database: String | Null, priority: Long | Null, data: { *: Any } | Null }",
);
const TOKEN = parseShape("{ document: AnyDoc, data: { *: Any } | Null }");
const CREDENTIAL = parseShape("{ document: AnyDoc, password: String | Null }");
const DATABASE = parseShape(
  "{ name: String, typechecked: Boolean | Null, protected: Boolean | Null, priority: Long | Null, data: { *: Any } | Null }",
);
const BUILTIN = new Set(["admin", "server", "server-readonly", "client"]);

function newSecret(): string {
  return `fn${randomBytes(32).toString("base64url")}`;
}

/** The fields of a key or token with its secret, which only the query that makes it may see. */
function withSecret(
  cx: Context,
  fields: Fields,
  before: DocVersion | null,
): { id: bigint; data: Fields } {
  const id = before?.id ?? cx.db.newId();
  if (!before) cx.revealed.add(id);
  const secret = before?.data.get("secret") ?? newSecret();
  return { id, data: new Map([...fields, ["secret", secret]]) };
}

/** The fields that a write gives: the secret comes back with a change of a document that has one. */
function withoutSecret(fields: Fields, before: DocVersion | null): Map<string, Value> {
  const given = new Map(fields);
  if (before?.data.get("secret") === fields.get("secret")) given.delete("secret");
  return given;
}

function readOnly(given: Fields): ConstraintFailure[] | null {
  if (!given.has("secret")) return null;
  return [{ paths: [["secret"]], message: "Failed to update field because it is readonly" }];
}

function documentFailures(fields: Fields): ConstraintFailure[] {
  const { coll } = fields.get("document") as DocValue;
  if (!systemName(coll)) return [];
  return [{ paths: [["document"]], message: "Expected document from a user-defined collection." }];
}

/** The tokens or credentials of a document, by their ids. */
export function holdersOf(cx: Context, coll: number, of: DocumentId): bigint[] {
  const store = cx.db.collection(coll).index(BY_DOCUMENT)!;
  const bucket = IndexStore.bucket([{ kind: "doc", ...of }]);
  return [...store.scan(bucket, cx.readTs, {}, false, null)].map(({ id }) => id);
}

/** `Key` documents: secrets with a role. The secret shows only in the answer that makes it. */
export const KEY_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const given = withoutSecret(fields, before);
    const shape = readOnly(given) ?? shapeFailures(cx, cx.isV4 ? V4_KEY : KEY, given);
    if (shape.length) return shape;
    const database = given.get("database");
    if (typeof database === "string" && !cx.db.systemDocument("Database", database)) {
      return [
        {
          paths: [["database"]],
          message: `Field refers to an unknown database name \`${database}\`.`,
        },
      ];
    }
    const roles = listed(given.get("role"));
    return roles.flatMap((role) => {
      const name = typeof role === "string" ? role : "";
      if (BUILTIN.has(name) || cx.db.systemDocument("Role", name)) return [];
      const message = `Field refers to an unknown role name \`${name}\`.`;
      return [{ paths: [["role"]], message }];
    });
  },
  complete: withSecret,
};

export const TOKEN_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const given = withoutSecret(fields, before);
    const own = readOnly(given) ?? shapeFailures(cx, TOKEN, given);
    return own.length ? own : documentFailures(given);
  },
  complete: withSecret,
};

/** `Credential` documents: passwords of documents. A password is kept hashed, and never shown. */
export const CREDENTIAL_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const own = shapeFailures(cx, CREDENTIAL, fields);
    if (own.length) return own;
    const wrong = documentFailures(fields);
    if (wrong.length) return wrong;
    const { coll, id } = fields.get("document") as DocValue;
    if (
      holdersOf(cx, SYSTEM_COLLECTIONS.Credential, { coll, id }).some((each) => each !== before?.id)
    ) {
      throw notUnique(cx, ["document"]);
    }
    return [];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newId();
    const kept = before?.data.get("password");
    const given = fields.get("password") ?? kept;
    if (typeof given !== "string") return { id, data: fields };
    const password = given === kept ? kept : hashPassword(given);
    return { id, data: new Map([...fields, ["password", password]]) };
  },
};

/** `Database` documents: the children of this database. */
export const DATABASE_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const given = new Map(fields);
    given.delete("global_id");
    const own = fieldFailures(cx, DATABASE, given, nameFailures(cx, given));
    if (own.length) return own;
    if (clash(cx.db.systemDocuments("Database"), given, "name", before))
      throw notUnique(cx, ["name"]);
    return [];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newSystemId();
    return { id, data: new Map([...fields, ["global_id", cx.db.child(id).globalId]]) };
  },
  written(cx, version, before) {
    if (before) renameDatabase(cx, before, version);
  },
  deleting: deleteKeysOf,
};
