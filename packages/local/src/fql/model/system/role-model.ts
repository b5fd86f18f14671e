import type { ConstraintFailure } from "../../errors";
import { array, object, type ObjectValue, type Value, type Fields } from "../../values/value";
import { listed } from "../permissions";
import { parseShape } from "../shape-text";
import {
  BASE_MODEL,
  fieldFailures,
  lambdaFailure,
  nameFailures,
  textOf,
  clash,
  notUnique,
  type SystemModel,
} from "./model";
import { renameRole, roleInUse } from "./references";

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
const MEMBER = "{ resource: String, predicate: Query | String | Null }";
const SHAPE = parseShape(`{
  name: String, data: { *: Any } | Null,
  privileges: Array<${PRIVILEGE}> | ${PRIVILEGE} | Null,
  membership: Array<${MEMBER}> | ${MEMBER} | Null
}`);

/** What is not even an identifier need not be reserved. */
const BUILTIN = new Set(["admin", "server"]);
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

/** What FQL v4 writes as references, by name. */
function named(fields: Fields): Fields {
  const byName = (value: Value): Value => {
    if (typeof value !== "object") return value;
    if (value.kind === "array") return array(value.items.map(byName));
    if (value.kind === "doc") return value.name ?? "";
    if (value.kind !== "object") return value;
    return object([...value.fields].map(([name, each]) => [name, byName(each)]));
  };
  return new Map(
    [...fields].map(([name, value]) => [
      name,
      name === "privileges" || name === "membership" ? byName(value) : value,
    ]),
  );
}

function reservedFailures(fields: Fields): ConstraintFailure[] {
  const name = textOf(fields, "name");
  if (!BUILTIN.has(name)) return [];
  return [{ paths: [["name"]], message: `The identifier \`${name}\` is reserved.` }];
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

/** FQL v4 takes privileges and memberships of no resource, which allow nothing. */
function isOfNothing(fields: Fields, path: readonly (string | number)[] = []): boolean {
  const [list, place] = path;
  if ((list !== "privileges" && list !== "membership") || path.at(-1) !== "resource") return false;
  const entry = listed(fields.get(list))[typeof place === "number" ? place : 0];
  return typeof entry === "object" && entry.kind === "object" && !entry.fields.has("resource");
}

/** `Role` documents: who may do what. */
export const ROLE_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const own = fieldFailures(cx, SHAPE, named(fields), [
      ...(cx.isV4 ? [] : reservedFailures(fields)),
      ...nameFailures(cx, fields),
      ...predicateFailures(fields),
      ...membershipFailures(fields),
    ]);
    const wrong = own.filter(({ paths }) => !cx.isV4 || !isOfNothing(fields, paths[0]));
    if (wrong.length) return wrong;
    if (clash(cx.db.systemDocuments("Role"), fields, "name", before)) throw notUnique(cx, ["name"]);
    return [];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newSystemId();
    return { id, data: fields };
  },
  written(cx, version, before) {
    if (before) renameRole(cx, before, version);
  },
  deleting: roleInUse,
};
