import { any, databaseRef, nothing, nullable, optional, string } from "../casts";
import { invalidArgument, wrongType } from "../errors";
import { Ref, typeName, type SchemaClass, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

/** Refuses `scope`, which names another database: there is only one here. */
function refuseScope(scope: Ref | null | undefined, site: CallSite): void {
  if (scope)
    throw invalidArgument(
      "The local Fauna does not implement references with a scope.",
      site.position,
    );
}

const CONSTRUCTORS: Readonly<Record<string, SchemaClass>> = {
  database: "databases",
  index: "indexes",
  class: "collections",
  collection: "collections",
  function: "functions",
  role: "roles",
  access_provider: "access_providers",
};

const CLASSES: Readonly<Record<string, SchemaClass>> = {
  databases: "databases",
  indexes: "indexes",
  classes: "collections",
  collections: "collections",
  keys: "keys",
  tokens: "tokens",
  credentials: "credentials",
  functions: "functions",
  roles: "roles",
  access_providers: "access_providers",
};

function documentId(id: V4Value, site: CallSite): string {
  const text = typeof id === "bigint" ? String(id) : id;
  if (typeof text !== "string") throw wrongType(["String", "Number"], typeName(id), site.at("id"));
  if (/^-?\d+$/.test(text)) return text;
  const description = `Number or numeric String expected, non-numeric '${text}' provided.`;
  throw invalidArgument(description, site.at("id"));
}

export const refs: readonly V4Function[] = [
  define({ ref: any, id: any, scope: optional(databaseRef) }, ({ ref, id, scope }, site) => {
    refuseScope(scope, site);
    if (!(ref instanceof Ref)) throw wrongType(["Collection Ref"], typeName(ref), site.at("ref"));
    return new Ref(documentId(id, site), ref);
  }),
  ...Object.entries(CONSTRUCTORS).map(([name, schemaClass]) =>
    define({ [name]: string, scope: optional(string) }, (args) =>
      Ref.to(schemaClass, args[name] ?? ""),
    ),
  ),
  ...Object.entries(CLASSES).map(([name, schemaClass]) =>
    define({ [name]: nullable(databaseRef) }, (args, site) => {
      refuseScope(args[name], site);
      return new Ref(schemaClass, null);
    }),
  ),
  define({ new_id: nothing }, (_args, { evaluator }) => String(evaluator.context.db.newId())),
  define({ next_id: nothing }, (_args, { evaluator }) => String(evaluator.context.db.newId())),
];
