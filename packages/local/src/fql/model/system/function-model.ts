import type { Context } from "../context";
import type { ConstraintFailure } from "../../errors";
import { parseLambda } from "../../parser";
import { summarize } from "../../summary";
import type { Value, Fields } from "../../values/value";
import { isQuery } from "../queries";
import { parseShape } from "../shape-text";
import {
  BASE_MODEL,
  fieldFailures,
  lambdaFailure,
  signatureFailure,
  textOf,
  type SystemModel,
} from "./model";
import { nameTaken } from "./name-taken";
import { renameResource } from "./references";

const SHAPE = parseShape(
  "{ name: String, body: Query | String, alias: String | Null, role: String | Null, signature: String | Null, data: { *: Any } | Null }",
);

const BUILTIN = new Set(["admin", "server", "server-readonly", "client"]);

function roleFailures(cx: Context, fields: Fields): ConstraintFailure[] {
  const role = textOf(fields, "role");
  if (!role || BUILTIN.has(role) || cx.db.systemDocument("Role", role)) return [];
  return [{ paths: [["role"]], message: `Field refers to an unknown role name \`${role}\`.` }];
}

/** A body that is no lambda, or one that does not name what it takes. */
function bodyFailures(text: Value | undefined): ConstraintFailure[] {
  const failures = lambdaFailure(text, "body", ["body"]);
  if (failures.length || typeof text !== "string") return failures;
  const { kind, span } = parseLambda({ name: "*body*", text });
  if (kind === "lambda") return [];
  const mistake = {
    level: "error",
    message: "Short form lambdas are not allowed here",
    span,
  } as const;
  const message = `Unable to parse FQL source code.\n${summarize([mistake])}`;
  return [{ paths: [["body"]], message }];
}

/** The fields of a function of FQL v4, whose body is a query and whose role may be a reference, as if they were texts. */
function inWordsOfV10(fields: Fields): Fields {
  const role = fields.get("role");
  const words = new Map(fields);
  if (isQuery(fields.get("body"))) words.set("body", "");
  if (typeof role === "object" && (role.kind === "doc" || role.kind === "array"))
    words.set("role", "");
  return words;
}

/** `Function` documents: the user's functions. */
export const FUNCTION_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const isV4 = isQuery(fields.get("body"));
    const own = fieldFailures(cx, SHAPE, inWordsOfV10(fields), [
      ...nameTaken(cx, "Function", fields, before),
      ...(isV4 ? [] : bodyFailures(fields.get("body"))),
      ...signatureFailure(fields.get("signature"), ["signature"]),
    ]);
    return own.length ? own : roleFailures(cx, fields);
  },
  complete(cx, fields, before) {
    return { id: before?.id ?? cx.db.newSystemId(), data: fields };
  },
  written(cx, version, before) {
    if (before) renameResource(cx, before, version);
  },
};
