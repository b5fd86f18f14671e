import type { Context } from "../../evaluator/context";
import type { ConstraintFailure } from "../../errors";
import type { Diagnostic } from "../../summary";
import { asText, type DocVersion, type ObjectValue, type Value } from "../../values/value";
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
  notUnique,
  type Fields,
  type SystemModel,
} from "./model";
import { renameRole, roleInUse } from "./references";
import { lambdaMistakes, mistake } from "./schema-error";

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
function resourceMistakes(cx: Context, version: DocVersion): Diagnostic[] {
  const mistakes: Diagnostic[] = [];
  const { collections, functions } = names(cx);
  for (const list of ["privileges", "membership"] as const) {
    const seen: string[] = [];
    for (const entry of objectsOf(version.data.get(list))) {
      const name = asText(entry.fields.get("resource"));
      const shown = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
      const place = { in: version, after: `${list} `, at: shown };
      const exists = collections.has(name) || (list === "privileges" && functions.has(name));
      if (!exists) mistakes.push(mistake(cx, `Resource \`${name}\` does not exist`, place));
      if (seen.includes(name)) {
        const original = { message: "Originally defined here", nth: 0 };
        mistakes.push(mistake(cx, `Duplicate ${list} \`${name}\``, { ...place, nth: 1, original }));
      }
      seen.push(name);
    }
  }
  return mistakes;
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
    if (clash(cx.db.systemDocuments("Role"), fields, "name", before)) throw notUnique(cx, ["name"]);
    return [];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newSystemId();
    return { id, data: fields };
  },
  verify: (cx, version) => [
    ...resourceMistakes(cx, version),
    ...predicatesOf(version.data).flatMap((text) =>
      lambdaMistakes(cx, version, text, "predicate ("),
    ),
  ],
  written(cx, version, before) {
    if (before) renameRole(cx, before, version);
  },
  deleting: roleInUse,
};
