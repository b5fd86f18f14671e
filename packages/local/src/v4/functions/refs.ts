import { typeName } from "../type-names";
import { any, databaseRef, nothing, nullable, optional, string } from "../casts";
import { invalidArgument, joined, type Position, wrongType } from "../errors";
import { problemOfNumber } from "../ref-literals";
import { NUMBERED, Ref, type SchemaClass, UndefinedRef, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

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

function collectionOf(ref: V4Value, at: Position): Ref {
  if (!(ref instanceof Ref) || (ref.collection !== null && ref.schemaClass !== "collections"))
    throw wrongType(["Collection Ref"], typeName(ref), at);
  if (ref.collection !== null || NUMBERED.includes(ref.id)) return ref;
  throw invalidArgument("Regular Class Ref expected, Schema Class Ref provided.", at);
}

function within(database: Ref | null, { id, collection }: Ref): Ref {
  return collection ? new Ref(id, within(database, collection)) : new Ref(id, null, database);
}

function documentId(id: V4Value, at: Position): string {
  if (typeof id === "bigint") return String(id);
  if (typeof id !== "string") throw wrongType(["String", "Number"], typeName(id), at);
  const problem = problemOfNumber(id);
  if (problem) throw invalidArgument(problem, at);
  return String(BigInt(id));
}

/** Who names schema by its name does not see what this very transaction has made. */
function named(
  schemaClass: SchemaClass,
  name: string,
  scope: Ref | undefined,
  { evaluator: { context, references } }: CallSite,
): Ref {
  const ref = Ref.to(schemaClass, name, scope);
  const found = scope ? undefined : references.schemaDocument(ref);
  const isNew = found && context.db.madeAt(found) === context.tx.ts;
  return isNew ? new UndefinedRef(name, ref.collection) : ref;
}

export const refs: readonly V4Function[] = [
  define({ ref: any, id: any, scope: optional(databaseRef) }, ({ ref, id, scope }, site) => {
    const [collection, name] = joined(
      () => collectionOf(ref, site.at("ref")),
      () => documentId(id, site.at("id")),
    );
    // A database named here only says where that is itself: as the server has it.
    return new Ref(name, scope ? within(scope.database, collection) : collection);
  }),
  ...Object.entries(CONSTRUCTORS).map(([name, schemaClass]) =>
    define({ [name]: string, scope: optional(databaseRef) }, (args, site) => {
      const text = args[name];
      return named(schemaClass, typeof text === "string" ? text : "", args.scope, site);
    }),
  ),
  ...Object.entries(CLASSES).map(([name, schemaClass]) =>
    define({ [name]: nullable(databaseRef) }, (args) => new Ref(schemaClass, null, args[name])),
  ),
  define({ new_id: nothing }, (_args, { evaluator }) => String(evaluator.context.db.newId())),
  define({ next_id: nothing }, (_args, { evaluator }) => String(evaluator.context.db.newId())),
];
