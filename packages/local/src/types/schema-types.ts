import type { Expr, Name, TypeExpr } from "../fql/ast";
import { NO_SPAN } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import { anneal, freeAlts } from "./anneal";
import { Annotations, trusted } from "./annotations";
import { CollectionTypes, type CollectionSchema } from "./collection-types";
import { TooComplexError } from "./constrain";
import type { Environment, Shape } from "./environment";
import { typeError } from "./failures";
import { freeNames } from "./free-names";
import { Inference, type Scope } from "./infer";
import { LIBRARY, libraryTypes } from "./library-environment";
import { typeExprOf } from "./show";
import {
  any,
  fn,
  named,
  optional,
  partsOf,
  scheme,
  type Scheme,
  type Type,
  type Variable,
} from "./type";

/** A function of the schema. */
export interface FunctionSchema {
  readonly name: string;
  readonly alias: string | null;
  /** What is written; null if it is to be found out. */
  readonly signature: TypeExpr | null;
  readonly body: Expr;
}

/** What has a type of its own in the schema besides fields and functions, and what it must be. */
export interface Checked {
  readonly body: Expr;
  /** Of a document of this collection; of nothing in particular if null. */
  readonly collection: string | null;
  readonly result: "any" | "Boolean | Null";
}

export interface Schema {
  readonly collections: readonly CollectionSchema[];
  readonly functions: readonly FunctionSchema[];
  /** Check constraints, indexes and unique constraints. */
  readonly checks: readonly Checked[];
  /** Predicates of roles and of access providers, which are only typed by themselves. */
  readonly predicates: readonly Expr[];
}

type Names = ReadonlyMap<string, Scheme>;

/** Names of a schema on top of the library. */
function layered(globals: Names, shapes: ReadonlyMap<string, Shape>): Environment {
  return {
    global: (name) => LIBRARY.global(name) ?? globals.get(name),
    shape: (name) => LIBRARY.shape(name) ?? shapes.get(name),
    operator: LIBRARY.operator,
  };
}

function userFunction(type: Type): Scheme {
  return scheme(named("UserFunction", [type]));
}

/** The types of a schema, and what is wrong with it. */
export class SchemaTypes {
  readonly mistakes: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** Types of computed fields, by collection; and of functions. */
  readonly #computed = new Map<string, ReadonlyMap<string, Type>>();
  readonly #functions = new Map<string, Type>();
  readonly #named = new Map<string, Named>();

  constructor(readonly schema: Schema) {
    const check = new SchemaCheck(schema);
    check.run(this.#computed, this.#functions);
    this.mistakes = check.inference.errors;
    this.warnings = check.inference.warnings;
    for (const each of schema.collections)
      for (const name of namesOf(each)) this.#named.set(name, this.#collection(each, name));
    for (const each of schema.functions)
      for (const name of namesOf(each)) this.#named.set(name, this.#function(each));
  }

  #collection(collection: CollectionSchema, name: string): Named {
    const computed = this.#computed.get(collection.name) ?? new Map<string, Type>();
    const types = new CollectionTypes(collection, name, computed);
    return {
      global: scheme(types.collection),
      shapes: types.shapes(),
      leadsTo: typeNames(types.record),
    };
  }
  #function({ name }: FunctionSchema): Named {
    const type = this.#functions.get(name) ?? any();
    return { global: userFunction(type), shapes: [], leadsTo: typeNames(type) };
  }

  /** What a text that uses some names knows: these, and the types that they lead to (TYPES.md, 4). */
  environmentFor(expr: Expr, bound: Iterable<string> = []): Environment {
    const free = freeNames(expr);
    const [values, types] = [textsOf(free.values), textsOf(free.types)];
    for (const name of bound) values.delete(name);
    const globals = new Map<string, Scheme>();
    const shapes = new Map<string, Shape>();
    const open = [...values, ...[...types].flatMap(collectionsOf)];
    const seen = new Set<string>(libraryTypes().globals.keys());
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const found = this.#named.get(name);
      if (!found) continue;
      globals.set(name, found.global);
      for (const [shape, each] of found.shapes) shapes.set(shape, each);
      open.push(...found.leadsTo.flatMap(collectionsOf));
    }
    return layered(globals, shapes);
  }
}

interface Named {
  readonly global: Scheme;
  readonly shapes: readonly (readonly [string, Shape])[];
  readonly leadsTo: readonly string[];
}

function namesOf({
  name,
  alias,
}: {
  readonly name: string;
  readonly alias: string | null;
}): string[] {
  return alias === null ? [name] : [name, alias];
}

/** The names that a type has in it. */
function typeNames(type: Type): string[] {
  const inner = partsOf(type).flatMap(typeNames);
  return type.kind === "named" ? [type.name, ...inner] : inner;
}

/** The collections that the name of a type may belong to: `User`, `NullUser`, `UserCollection`. */
function collectionsOf(type: string): string[] {
  return [
    type,
    ...(/^Null./.test(type) ? [type.slice(4)] : []),
    ...(/.Collection$/.test(type) ? [type.slice(0, -10)] : []),
  ];
}

/** Checks a whole schema: functions and computed fields find their types, all else must have the one it needs. */
class SchemaCheck {
  readonly inference: Inference;
  readonly #shapes = new Map<string, Shape>();
  readonly #globals = new Map<string, Scheme>();
  readonly #computed = new Map<string, Map<string, Type>>();

  constructor(readonly schema: Schema) {
    this.inference = new Inference(layered(this.#globals, this.#shapes));
  }

  /** Fills in the types that are found. */
  run(computed: Map<string, ReadonlyMap<string, Type>>, functions: Map<string, Type>): void {
    for (const each of this.schema.collections) this.#declare(each);
    const annotated = this.#annotated();
    const inferred = this.#inferred();
    for (const [name, type] of annotated) functions.set(name, this.#printed(type));
    for (const [name, type] of inferred) functions.set(name, type);
    for (const { name, body } of this.schema.functions) {
      const type = annotated.get(name);
      if (type) this.#fits(body, type);
    }
    for (const each of this.schema.collections) this.#checkFields(each);
    for (const each of this.schema.checks) this.#checkOne(each);
    for (const [name, fields] of this.#computed)
      computed.set(name, new Map([...fields].map(([field, type]) => [field, this.#printed(type)])));
    if (this.inference.errors.length) return;
    for (const body of this.schema.predicates) this.#guarded(() => this.inference.whole(body));
  }

  /** Runs a check; one that takes too long finds nothing. */
  #guarded(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof TooComplexError)) throw error;
    }
  }

  #read(type: TypeExpr, isGeneric: boolean): Type {
    const { environment, supply, errors, warnings } = this.inference;
    const reader = new Annotations(environment, supply, 0, isGeneric);
    const read = reader.read(type);
    errors.push(...reader.errors);
    warnings.push(...reader.warnings);
    return reader.errors.length ? any(type.span) : read;
  }

  #declare(collection: CollectionSchema): void {
    const computed = new Map<string, Type>();
    for (const [name, field] of collection.computed) {
      const type = field.type ? trusted(field.type) : this.inference.supply.variable(NO_SPAN, 0);
      computed.set(name, type);
    }
    this.#computed.set(collection.name, computed);
    for (const name of namesOf(collection)) {
      const types = new CollectionTypes(collection, name, computed);
      for (const [shape, each] of types.shapes()) this.#shapes.set(shape, each);
      this.#globals.set(name, scheme(types.collection));
    }
  }

  /** Functions whose signature is written. */
  #annotated(): Map<string, Type> {
    const found = new Map<string, Type>();
    for (const { name, signature } of this.schema.functions) {
      if (!signature || this.#globals.has(name)) continue;
      const type = this.#read(signature, true);
      found.set(name, type);
      this.#globals.set(name, scheme(type));
    }
    return found;
  }

  /** Functions whose signature is to be found out, those that others call first. */
  #inferred(): Map<string, Type> {
    const open = this.schema.functions
      .filter(({ name, signature }) => !signature && !this.#globals.has(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const bodies = new Map(open.map(({ name, body }) => [name, body]));
    const { order, recursive } = dependencies(bodies);
    const variables = new Map<string, Variable>();
    for (const name of bodies.keys())
      variables.set(name, this.inference.supply.variable(NO_SPAN, 1));
    const scope: Scope = new Map(
      [...variables].map(([name, type]) => [name, { type, level: 0, generic: false }]),
    );
    for (const name of recursive) {
      const { span } = bodies.get(name)!;
      this.inference.fits(any(), variables.get(name)!, span, new Map(), 0);
      const message = `Recursively defined \`${name}\` needs explicit type.`;
      this.inference.errors.push(typeError(message, span));
    }
    for (const name of order) {
      if (recursive.has(name)) continue;
      const body = bodies.get(name)!;
      this.#guarded(() => {
        const type = this.inference.of(body, scope, 1);
        this.inference.fits(type, variables.get(name)!, body.span, new Map(), 0);
      });
    }
    const free = freeAlts(scope.values());
    const found = new Map<string, Type>();
    for (const [name, variable] of variables) {
      const type = anneal(this.inference.supply, variable, true, 1, free);
      found.set(name, this.#printed(type));
      this.#globals.set(name, { type, level: 0, generic: false });
    }
    return found;
  }

  /** The type as it is kept: as it is printed. */
  #printed(type: Type): Type {
    const resolved = anneal(this.inference.supply, type, true, 0, new Set());
    const { environment } = this.inference;
    const expr = typeExprOf(this.inference, resolved, true);
    const letters = typeNames(trusted(expr)).filter((name) => /^([A-Z])\1*$/.test(name));
    const params = letters.filter((name) => !environment.shape(name));
    return trusted(expr, new Set([...params, ...paramsOf(type)]));
  }

  #fits(body: Expr, wanted: Type): void {
    this.#guarded(() => {
      const scope: Scope = new Map();
      const type = this.inference.of(body, scope, 0);
      this.inference.fits(type, wanted, body.span, scope, 0);
    });
  }

  #checkFields(collection: CollectionSchema): void {
    for (const field of collection.fields.values()) {
      const type = this.#read(field.type, false);
      if (field.initial) this.#fits(field.initial, type);
    }
    for (const [name, field] of collection.computed) {
      if (field.type) this.#read(field.type, false);
      const result = this.#computed.get(collection.name)!.get(name)!;
      this.#fits(field.body, fn([{ type: named(collection.name) }], result));
    }
  }

  #checkOne({ body, collection, result }: Checked): void {
    const wanted = result === "any" ? any() : optional(named("Boolean"));
    const of = collection === null ? [] : [{ type: named(collection) }];
    this.#fits(body, fn(of, wanted));
  }
}

/** The parameters of a written signature. */
function paramsOf(type: Type): string[] {
  if (type.kind === "skolem") return [type.name];
  return type.kind === "var" ? [] : partsOf(type).flatMap(paramsOf);
}

const textsOf = (names: readonly Name[]): Set<string> => new Set(names.map(({ text }) => text));

/** An order in which definitions come before what uses them, and those that come back to themselves. */
function dependencies(bodies: ReadonlyMap<string, Expr>): {
  order: Set<string>;
  recursive: Set<string>;
} {
  const uses = new Map([...bodies].map(([name, body]) => [name, textsOf(freeNames(body).values)]));
  const order = new Set<string>();
  const recursive = new Set<string>();
  const visit = (name: string, pending: ReadonlySet<string>): void => {
    if (!bodies.has(name)) return;
    for (const used of uses.get(name)!)
      if (pending.has(used)) recursive.add(used);
      else visit(used, new Set(pending).add(used));
    order.add(name);
  };
  for (const name of bodies.keys()) if (!order.has(name)) visit(name, new Set([name]));
  return { order, recursive };
}
