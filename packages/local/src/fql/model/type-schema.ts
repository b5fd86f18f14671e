import { activeDocuments } from "../../store/active-schema";
import type { Database } from "../../store/database";
import type {
  CollectionSchema,
  ComputedField,
  DefinedField,
  FunctionSchema,
  Schema,
} from "../../types/schema";
import { parseExpression, parseFieldType, parseLambda, parseType } from "../parser";
import { asText, type DocVersion, type ObjectValue, type Value } from "../values/value";
import { parsePath } from "./collections";
import { isQuery } from "./queries";
import { listed } from "./permissions";

function objects(value: Value | undefined): [string, ObjectValue][] {
  if (typeof value !== "object" || value.kind !== "object") return [];
  return [...value.fields].flatMap(([name, each]): [string, ObjectValue][] =>
    typeof each === "object" && each.kind === "object" ? [[name, each]] : [],
  );
}

function text(value: Value | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function fieldsOf(name: string, data: DocVersion["data"]): Map<string, DefinedField> {
  return new Map(
    objects(data.get("fields")).map(([field, { fields }]) => {
      const source = `*field:${name}:${field}*`;
      const initial = text(fields.get("default"));
      return [
        field,
        {
          type: parseFieldType(asText(fields.get("signature")), source),
          initial: initial === null ? null : parseExpression({ name: source, text: initial }),
        },
      ];
    }),
  );
}

function computedOf(name: string, data: DocVersion["data"]): Map<string, ComputedField> {
  return new Map(
    objects(data.get("computed_fields")).map(([field, { fields }]) => {
      const signature = text(fields.get("signature"));
      const source = `*computed_field:${name}:${field}*`;
      return [
        field,
        {
          type: signature === null ? null : parseType(signature, source),
          body: parseLambda({ name: source, text: asText(fields.get("body")) }),
        },
      ];
    }),
  );
}

function pathsOf(value: Value | undefined): { path: string[]; mva: boolean }[] {
  return listed(value).map((term) => {
    const fields = typeof term === "object" && term.kind === "object" ? term.fields : null;
    const field = fields ? asText(fields.get("field")) : asText(term);
    return { path: parsePath(field), mva: fields?.get("mva") === true };
  });
}

function collectionOf({ data }: DocVersion): CollectionSchema {
  const name = asText(data.get("name"));
  const ttls = data.get("document_ttls");
  const wildcard = text(data.get("wildcard"));
  return {
    name,
    alias: text(data.get("alias")),
    fields: fieldsOf(name, data),
    computed: computedOf(name, data),
    wildcard: wildcard === null ? null : parseType(wildcard, `*field:${name}:<wildcard>*`),
    documentTtls: typeof ttls === "boolean" ? ttls : null,
    indexes: new Map(
      objects(data.get("indexes")).map(([index, { fields }]) => [
        index,
        pathsOf(fields.get("terms")),
      ]),
    ),
  };
}

function functionOf({ data }: DocVersion): FunctionSchema {
  const name = asText(data.get("name"));
  // Nothing is known of what a function of FQL v4 takes and gives.
  const isV4 = isQuery(data.get("body"));
  const signature = isV4 ? "(...Any) => Any" : text(data.get("signature"));
  const body = isV4 ? "(..._) => null" : asText(data.get("body"));
  return {
    name,
    alias: text(data.get("alias")),
    signature: signature === null ? null : parseType(signature, `*udf:${name}*`),
    body: parseLambda({ name: `*udf:${name}*`, text: body }),
  };
}

/** The schema of a database for the type check. */
export function readSchema(db: Database): Schema {
  const collections = activeDocuments(db, "Collection");
  return {
    collections: collections.map(collectionOf),
    functions: activeDocuments(db, "Function").map(functionOf),
    roles: new Set(),
    grants: [],
  };
}
