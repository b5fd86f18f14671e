import type { Context } from "../../evaluator/context";
import type { DocVersion } from "../../values/value";
import { parseShape } from "../shapes";
import {
  BASE_MODEL,
  clash,
  nameFailures,
  shapeFailures,
  textOf,
  type Fields,
  type SystemModel,
} from "./model";
import { hashPassword } from "./password";

const KEY = parseShape(
  "{ role: String, database: String | Null, name: String | Null, data: { *: Any } | Null }",
);
const TOKEN = parseShape("{ document: Any, data: { *: Any } | Null }");
const CREDENTIAL = parseShape(
  "{ document: Any, password: String | Null, data: { *: Any } | Null }",
);
const DATABASE = parseShape(
  "{ name: String, typechecked: Boolean | Null, protected: Boolean | Null, priority: Long | Null, data: { *: Any } | Null }",
);
const BUILTIN = new Set(["admin", "server", "server-readonly", "client"]);

/** The fields of a key or token with its secret, which only the query that makes it may see. */
function withSecret(
  cx: Context,
  fields: Fields,
  before: DocVersion | null,
): { id: bigint; data: Fields } {
  const id = before?.id ?? cx.db.newId();
  if (!before) cx.revealed.add(id);
  const secret = before?.data.get("secret") ?? cx.db.newSecret();
  return { id, data: new Map([...fields, ["secret", secret]]) };
}

/** `Key` documents: secrets with a role. The secret shows only in the answer that makes it. */
export const KEY_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const given = new Map(fields);
    if (before?.data.get("secret") === fields.get("secret")) given.delete("secret");
    const shape = shapeFailures(cx, KEY, given);
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
    const role = textOf(given, "role");
    if (BUILTIN.has(role) || cx.db.systemDocument("Role", role)) return [];
    return [{ paths: [["role"]], message: `Field refers to an unknown role name \`${role}\`.` }];
  },
  complete: withSecret,
};

export const TOKEN_MODEL: SystemModel = {
  ...BASE_MODEL,
  check: (cx, fields) => shapeFailures(cx, TOKEN, fields),
  complete: withSecret,
};

/** `Credential` documents: passwords of documents. A password is kept hashed, and never shown. */
export const CREDENTIAL_MODEL: SystemModel = {
  ...BASE_MODEL,
  check: (cx, fields) => shapeFailures(cx, CREDENTIAL, fields),
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
    const own = [...shapeFailures(cx, DATABASE, given), ...nameFailures(given)];
    if (own.length) return own;
    return clash(cx.db.systemDocuments("Database"), given, "name", before)
      ? [
          {
            paths: [["name"]],
            message: `A Database already exists with the name \`${textOf(given, "name")}\``,
          },
        ]
      : [];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newSystemId();
    return { id, data: new Map([...fields, ["global_id", cx.db.child(id).globalId]]) };
  },
};
