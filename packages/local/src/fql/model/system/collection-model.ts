import type { Context } from "../context";
import { CheckError, diagnose, QueryError, type ConstraintFailure } from "../../errors";
import { summarize } from "../../summary";
import { int } from "../../values/numbers";
import {
  array,
  isNull,
  object,
  type Fields,
  type ObjectValue,
  type Value,
} from "../../values/value";
import { isReservedField } from "../document-fields";
import { evaluateDefault } from "../defaults";
import { dropDocuments } from "../definition-effects";
import { nameOfType } from "../type-of";
import { parseExpression, parseFieldType, parseType } from "../../parser";
import { isUnreservedIdentifier } from "../../parser/scanner";
import { listed } from "../permissions";
import { dropV4Indexes, indexNewCollection } from "../v4-indexes";
import { COLLECTION_SHAPE } from "./collection-shape";
import { indexFailures, uniqueClashes, uniqueFailures } from "./index-rules";
import { nameTaken } from "./name-taken";
import { renameResource } from "./references";
import {
  BASE_MODEL,
  fieldFailures,
  lambdaFailure,
  objectsIn,
  signatureFailure,
  textOf,
  type SystemModel,
} from "./model";

function dayFailures(cx: Context, fields: Fields): ConstraintFailure[] {
  return (cx.isV4 ? ["history_days"] : ["history_days", "ttl_days"]).flatMap((name) => {
    const days = fields.get(name);
    const negative = typeof days === "object" && "value" in days && Number(days.value) < 0;
    return negative ? [{ paths: [[name]], message: "Non-negative value required." }] : [];
  });
}

function fieldNameFailures(fields: Fields): ConstraintFailure[] {
  return ["fields", "computed_fields"].flatMap((group) =>
    objectsIn(fields.get(group)).flatMap(([name]) => {
      const paths = [[group]];
      if (!isUnreservedIdentifier(name)) return [{ paths, message: "Invalid identifier." }];
      return isReservedField(name) ? [{ paths, message: `The name '${name}' is reserved.` }] : [];
    }),
  );
}

/** Names that two check constraints, or a computed and a stored field share. */
function duplicateFailures(fields: Fields): ConstraintFailure[] {
  const stored = new Set(objectsIn(fields.get("fields")).map(([name]) => name));
  const both = objectsIn(fields.get("computed_fields")).filter(([name]) => stored.has(name));
  const checks = listed(fields.get("constraints")).flatMap((constraint) =>
    objectsIn(constraint).map(([, check]) => textOf(check.fields, "name")),
  );
  const twice = new Set(checks.filter((name, i) => name && checks.indexOf(name) < i));
  return [
    ...[...twice].map((name) => ({
      paths: [["constraints"]],
      message: `Duplicate check constraint name '${name}'`,
    })),
    ...both.map(([name]) => ({
      paths: [["computed_fields"]],
      message: `Computed field '${name}' collides with a defined field`,
    })),
  ];
}

function checkFailures(fields: Fields): ConstraintFailure[] {
  return listed(fields.get("constraints")).flatMap((constraint, i) => {
    const check =
      typeof constraint === "object" && constraint.kind === "object"
        ? constraint.fields.get("check")
        : undefined;
    if (typeof check !== "object" || check.kind !== "object") return [];
    const path = ["constraints", i, "check"];
    const name = check.fields.get("name");
    return [
      ...(typeof name === "string" && !isUnreservedIdentifier(name)
        ? [{ paths: [[...path, "name"]], message: "Invalid identifier." }]
        : []),
      ...lambdaFailure(check.fields.get("body"), "body", [...path, "body"], [1]),
    ];
  });
}

/** What no field can hold. */
const UNSTORABLE = new Set(["id", "set", "lambda", "module", "collection", "method", "udf"]);

/** A default that cannot be evaluated, or whose value cannot be kept. It has nobody's rights. */
function defaultFailures(cx: Context, fields: Fields): ConstraintFailure[] {
  return objectsIn(fields.get("fields")).flatMap(([name, field]): ConstraintFailure[] => {
    const text = field.fields.get("default");
    if (typeof text !== "string") return [];
    const source = { name: `*field:${name}*`, text };
    const fail = (reason: string): ConstraintFailure[] => [
      { paths: [[name]], message: `Default field evaluation failed.\n${reason}` },
    ];
    try {
      const value = cx.withAuthority({ roles: [] }, () =>
        evaluateDefault(cx, parseExpression(source)),
      );
      return typeof value === "object" && UNSTORABLE.has(value.kind)
        ? fail(`Value has type ${nameOfType(cx, value)}, which cannot be persisted`)
        : [];
    } catch (error) {
      if (error instanceof CheckError) return fail(summarize(error.diagnostics));
      if (!(error instanceof QueryError)) throw error;
      const trace = error.trace.filter((span) => span.source === source);
      return fail(
        summarize([diagnose(new QueryError(error.code, error.message, trace, error.details))]),
      );
    }
  });
}

/** Types of fields, and what computes others, that cannot be read. */
function definitionFailures(fields: Fields): ConstraintFailure[] {
  const stored = objectsIn(fields.get("fields")).flatMap(([name, field]) =>
    signatureFailure(field.fields.get("signature"), ["fields", name, "signature"], parseFieldType),
  );
  const computed = objectsIn(fields.get("computed_fields")).flatMap(([name, field]) => {
    const path = ["computed_fields", name];
    return [
      ...lambdaFailure(field.fields.get("body"), "body", [...path, "body"], [1]),
      ...signatureFailure(field.fields.get("signature"), [...path, "signature"]),
    ];
  });
  const wildcard = fields.get("wildcard");
  return [
    ...stored,
    ...computed,
    ...signatureFailure(wildcard, ["wildcard"], parseType, "*wildcard*"),
  ];
}

/** Defaults that a definition shows although nobody wrote them. */
function completed(fields: Fields): Map<string, Value> {
  const data = new Map(fields);
  const indexes = objectsIn(fields.get("indexes")).map(([name, index]): [string, Value] => [
    name,
    completedIndex(index),
  ]);
  data.set("indexes", object(indexes));
  const constraints = listed(fields.get("constraints")).map(completedConstraint);
  // Unique constraints come in front of checks.
  const isUnique = (constraint: Value): boolean => (constraint as ObjectValue).fields.has("unique");
  const inOrder = [
    ...constraints.filter(isUnique),
    ...constraints.filter((each) => !isUnique(each)),
  ];
  data.set("constraints", array(inOrder));
  return data;
}

function completedIndex(index: ObjectValue): Value {
  const fields = new Map(index.fields);
  const values = index.fields.get("values");
  if (values !== undefined) {
    const ordered = listed(values).map((each) => {
      const entry = new Map((each as ObjectValue).fields);
      if (!entry.has("order")) entry.set("order", "asc");
      return object(entry);
    });
    fields.set("values", array(ordered));
  }
  if (!fields.has("queryable")) fields.set("queryable", true);
  fields.set("status", "complete");
  return object(fields);
}

function completedConstraint(constraint: Value): Value {
  const { fields } = constraint as ObjectValue;
  if (!fields.has("unique")) return constraint;
  const terms = listed(fields.get("unique")).map(completedTerm);
  return object([...fields, ["unique", array(terms)], ["status", "active"]]);
}

/** A term of which only the field is told is told as that. */
function completedTerm(term: Value): Value {
  if (typeof term !== "object" || term.kind !== "object") return term;
  const mva = term.fields.get("mva");
  return mva === undefined || isNull(mva) ? term.fields.get("field")! : term;
}

/** `Collection` documents: the definitions of the user's collections. */
export const COLLECTION_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    const own = fieldFailures(cx, COLLECTION_SHAPE, fields, [
      ...nameTaken(cx, "Collection", fields, before),
      ...indexFailures(fields, before?.data),
      ...definitionFailures(fields),
      ...fieldNameFailures(fields),
      ...uniqueFailures(fields, before?.data),
      ...checkFailures(fields),
      ...dayFailures(cx, fields),
    ]);
    if (own.length) return own;
    return [...uniqueClashes(fields), ...duplicateFailures(fields), ...defaultFailures(cx, fields)];
  },
  // Without a number of days, which only null makes it, history is kept for ever.
  initial: (given) =>
    given.has("history_days") ? given : new Map([...given, ["history_days", int(0)]]),
  complete(cx, fields, before) {
    const id = before?.id ?? BigInt(cx.db.newCollectionId());
    return { id, data: completed(fields) };
  },
  written(cx, version, before) {
    if (before) renameResource(cx, before, version);
    else indexNewCollection(cx, Number(version.id));
  },
  deleting(cx, version) {
    // A staged schema takes nothing away before it is committed.
    if (cx.db.pinned !== undefined) return;
    dropDocuments(cx, Number(version.id));
    dropV4Indexes(cx, Number(version.id));
  },
};
