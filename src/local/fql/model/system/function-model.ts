import type { Context } from "../../evaluator/context";
import type { ConstraintFailure } from "../../errors";
import { SYSTEM_COLLECTIONS } from "../../../store/system";
import type { DocVersion } from "../../values/value";
import { isReserved } from "../globals";
import { names } from "../names";
import { parseShape } from "../shapes";
import {
  BASE_MODEL,
  lambdaFailure,
  nameFailures,
  shapeFailures,
  textOf,
  type Fields,
  type SystemModel,
} from "./model";
import { renameResource, resourceInUse } from "./references";
import { checkLambdaNames } from "./schema-error";

const SHAPE = parseShape(
  "{ name: String, body: String, alias: String | Null, role: String | Null, signature: String | Null, data: { *: Any } | Null }",
);

function nameTaken(cx: Context, fields: Fields, before: DocVersion | null): ConstraintFailure[] {
  const { collections, functions } = names(cx);
  return ["name", "alias"].flatMap((field): ConstraintFailure[] => {
    const name = textOf(fields, field);
    if (!name) return [];
    if (isReserved(name))
      return [{ paths: [[field]], message: `The identifier \`${name}\` is reserved.` }];
    const other = functions.get(name);
    const kind =
      other !== undefined && other !== before?.id
        ? "Function"
        : collections.has(name)
          ? "Collection"
          : null;
    return kind
      ? [{ paths: [[field]], message: `A ${kind} already exists with the name \`${name}\`` }]
      : [];
  });
}

const BUILTIN = new Set(["admin", "server", "server-readonly", "client"]);

function roleFailures(cx: Context, fields: Fields): ConstraintFailure[] {
  const role = textOf(fields, "role");
  if (!role || BUILTIN.has(role) || cx.db.systemDocument("Role", role)) return [];
  return [{ paths: [["role"]], message: `Field refers to an unknown role name \`${role}\`.` }];
}

/** `Function` documents: the user's functions. */
export const FUNCTION_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const shape = shapeFailures(cx, SHAPE, fields);
    if (shape.length) return shape;
    return [
      ...nameFailures(fields),
      ...nameTaken(cx, fields, before),
      ...lambdaFailure(textOf(fields, "body"), "body", ["body"]),
      ...roleFailures(cx, fields),
    ];
  },
  complete(cx, fields, before) {
    const id = before?.id ?? cx.db.newSystemId();
    const version = { coll: SYSTEM_COLLECTIONS.Function, id, ts: cx.tx.ts, data: fields };
    checkLambdaNames(cx, version, textOf(fields, "body"), null);
    return { id, data: fields };
  },
  written(cx, version, before) {
    if (before) renameResource(cx, before, version);
  },
  deleting: resourceInUse,
};
