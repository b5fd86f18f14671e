import { any, databaseRef, nothing, nullable, optional, string } from "../casts";
import { invalidArgument, joined, type Position, wrongType } from "../errors";
import { problemOfNumber } from "../escapes";
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

/** Collections of schema documents that have names; those of keys and their kin have numbers. */
const NAMED = new Set([
  "databases",
  "indexes",
  "collections",
  "functions",
  "roles",
  "access_providers",
]);

function collectionOf(ref: V4Value, at: Position): Ref {
  if (!(ref instanceof Ref) || (ref.collection !== null && ref.schemaClass !== "collections"))
    throw wrongType(["Collection Ref"], typeName(ref), at);
  if (ref.collection !== null || !NAMED.has(ref.id)) return ref;
  throw invalidArgument("Regular Class Ref expected, Schema Class Ref provided.", at);
}

function documentId(id: V4Value, at: Position): string {
  if (typeof id === "bigint") return String(id);
  if (typeof id !== "string") throw wrongType(["String", "Number"], typeName(id), at);
  const problem = problemOfNumber(id);
  if (problem) throw invalidArgument(problem, at);
  return String(BigInt(id));
}

export const refs: readonly V4Function[] = [
  define({ ref: any, id: any, scope: optional(databaseRef) }, ({ ref, id, scope }, site) => {
    refuseScope(scope, site);
    const [collection, name] = joined(
      () => collectionOf(ref, site.at("ref")),
      () => documentId(id, site.at("id")),
    );
    return new Ref(name, collection);
  }),
  ...Object.entries(CONSTRUCTORS).map(([name, schemaClass]) =>
    define({ [name]: string, scope: optional(databaseRef) }, (args, site) => {
      refuseScope(args.scope, site);
      const text = args[name];
      return Ref.to(schemaClass, typeof text === "string" ? text : "");
    }),
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
