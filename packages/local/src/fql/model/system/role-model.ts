import type { Context } from "../../evaluator/context";
import type { ConstraintFailure } from "../../errors";
import { asText, type DocVersion, type ObjectValue, type Value } from "../../values/value";
import { SYSTEM_COLLECTIONS } from "../../../store/system";
import { names } from "../names";
import { listed } from "../permissions";
import { parseShape } from "../shapes";
import {
  BASE_MODEL,
  lambdaFailure,
  nameFailures,
  shapeFailures,
  textOf,
  clash,
  type Fields,
  type SystemModel,
} from "./model";
import { renameRole, roleInUse } from "./references";
import { checkLambdaNames, schemaError } from "./schema-error";

const ACTIONS = [
  "read",
  "create",
  "history_read",
  "history_write",
  "delete",
  "unrestricted_read",
  "create_with_id",
  "call",
  "write",
];
const RULE = "Boolean | String | Query | Null";
const PRIVILEGE = `{ resource: String, actions: { ${ACTIONS.map((action) => `${action}: ${RULE}`).join(", ")} } | Null }`;
const MEMBER = "{ resource: String, predicate: String | Query | Null }";
const SHAPE = parseShape(`{
  name: String, data: { *: Any } | Null,
  privileges: Array<${PRIVILEGE}> | ${PRIVILEGE} | Null,
  membership: Array<${MEMBER}> | ${MEMBER} | Null
}`);

const BUILTIN = new Set(["admin", "server", "server-readonly"]);
/** How many parameters a predicate may take; calls take what the function takes. */
const ARITIES: ReadonlyMap<string, readonly number[]> = new Map([
  ["read", [1]],
  ["create", [1]],
  ["delete", [1]],
  ["create_with_id", [1]],
  ["write", [2, 3]],
]);

function objectsOf(value: Value | undefined): ObjectValue[] {
  return listed(value).filter(
    (each): each is ObjectValue => typeof each === "object" && each.kind === "object",
  );
}

function predicateFailures(fields: Fields): ConstraintFailure[] {
  return objectsOf(fields.get("privileges")).flatMap((privilege, i) => {
    const actions = privilege.fields.get("actions");
    if (typeof actions !== "object" || actions.kind !== "object") return [];
    return [...actions.fields].flatMap(([action, rule]) =>
      typeof rule === "string"
        ? lambdaFailure(rule, action, ["privileges", i, "actions", action], ARITIES.get(action))
        : [],
    );
  });
}

function membershipFailures(fields: Fields): ConstraintFailure[] {
  return objectsOf(fields.get("membership")).flatMap((member, i) => {
    const rule = member.fields.get("predicate");
    return typeof rule === "string"
      ? lambdaFailure(rule, "predicate", ["membership", i, "predicate"], [1])
      : [];
  });
}

/** All predicates of a role. */
function predicatesOf(fields: Fields): string[] {
  const rules = objectsOf(fields.get("privileges")).flatMap((privilege) => {
    const actions = privilege.fields.get("actions");
    return typeof actions === "object" && actions.kind === "object"
      ? [...actions.fields.values()]
      : [];
  });
  const memberships = objectsOf(fields.get("membership")).map((member) =>
    member.fields.get("predicate"),
  );
  return [...rules, ...memberships].filter((rule) => typeof rule === "string");
}

/** Resources must exist, each once; the server finds out when it checks the whole schema. */
function checkResources(cx: Context, version: DocVersion): void {
  const { collections, functions } = names(cx);
  for (const list of ["privileges", "membership"] as const) {
    const seen: string[] = [];
    for (const entry of objectsOf(version.data.get(list))) {
      const name = asText(entry.fields.get("resource"));
      const shown = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
      const place = { in: version, after: `${list} `, at: shown };
      const exists = collections.has(name) || (list === "privileges" && functions.has(name));
      if (!exists) throw schemaError(cx, `Resource \`${name}\` does not exist`, place);
      if (seen.includes(name)) {
        const original = { message: "Originally defined here", nth: 0 };
        throw schemaError(cx, `Duplicate ${list} \`${name}\``, { ...place, nth: 1, original });
      }
      seen.push(name);
    }
  }
}

/** `Role` documents: who may do what. */
export const ROLE_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const shape = shapeFailures(cx, SHAPE, fields);
    if (shape.length) return shape;
    const name = textOf(fields, "name");
    if (BUILTIN.has(name))
      return [{ paths: [["name"]], message: `The identifier \`${name}\` is reserved.` }];
    const own = [
      ...nameFailures(fields),
      ...predicateFailures(fields),
      ...membershipFailures(fields),
    ];
    if (own.length) return own;
    return clash(cx.db.systemDocuments("Role"), fields, "name", before)
      ? [{ paths: [["name"]], message: `A Role already exists with the name \`${name}\`` }]
      : [];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newSystemId();
    const version = { coll: SYSTEM_COLLECTIONS.Role, id, ts: cx.tx.ts, data: fields };
    checkResources(cx, version);
    for (const text of predicatesOf(fields)) checkLambdaNames(cx, version, text, "predicate (");
    return { id, data: fields };
  },
  written(cx, version, before) {
    if (before) renameRole(cx, before, version);
  },
  deleting: roleInUse,
};
