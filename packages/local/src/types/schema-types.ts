import type { Expr } from "../fql/ast";
import { CollectionTypes } from "./collection-types";
import type { Environment, Shape } from "./environment";
import { freeNames } from "./free-names";
import type { LibraryEnvironment } from "./library-environment";
import { namesOf, type CollectionSchema, type FunctionSchema, type Schema } from "./schema";
import { SchemaCheck } from "./schema-check";
import { any, named, scheme, typeNames, type Scheme, type Type } from "./type";

/** What a name of the schema stands for. */
interface Named {
  readonly global: Scheme;
  readonly shapes: readonly (readonly [string, Shape])[];
  readonly leadsTo: readonly string[];
}

/** The types of a schema, for queries. */
export class SchemaTypes {
  readonly #computed: ReadonlyMap<string, ReadonlyMap<string, Type>>;
  readonly #functions: ReadonlyMap<string, Type>;
  readonly #named = new Map<string, Named>();
  /** By the names of the schema that lead to them. */
  readonly #environments = new Map<string, Environment>();

  constructor(
    readonly library: LibraryEnvironment,
    schema: Schema,
  ) {
    const check = new SchemaCheck(library, schema);
    check.run();
    this.#computed = check.computed;
    this.#functions = check.functions;
    for (const each of schema.collections)
      for (const name of namesOf(each)) this.#named.set(name, this.#collection(each, name));
    for (const each of schema.functions)
      for (const name of namesOf(each)) this.#named.set(name, this.#function(each));
  }

  #collection(collection: CollectionSchema, name: string): Named {
    const computed = this.#computed.get(collection.name) ?? new Map<string, Type>();
    const types = new CollectionTypes(this.library.tables, collection, name, computed);
    return {
      global: scheme(types.collection),
      shapes: types.shapes(),
      leadsTo: typeNames(types.record),
    };
  }
  #function({ name }: FunctionSchema): Named {
    const type = this.#functions.get(name) ?? any();
    return { global: scheme(named("UserFunction", [type])), shapes: [], leadsTo: typeNames(type) };
  }

  /** What is known where an expression is checked: the names that it uses, and the types that they lead to. */
  environmentFor(expr: Expr, bound: Iterable<string> = []): Environment {
    const free = freeNames(expr);
    const values = new Set(free.values.map(({ text }) => text));
    for (const name of bound) values.delete(name);
    for (const { text } of free.types) for (const name of collectionsOf(text)) values.add(name);
    const own = [...values].filter((name) => this.#named.has(name)).sort();
    const key = own.join(" ");
    let environment = this.#environments.get(key);
    if (!environment) this.#environments.set(key, (environment = this.#leadingTo(own)));
    return environment;
  }

  #leadingTo(names: readonly string[]): Environment {
    const globals = new Map<string, Scheme>();
    const shapes = new Map<string, Shape>();
    const open = [...names];
    const seen = new Set<string>(this.library.globals.keys());
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const found = this.#named.get(name);
      if (!found) continue;
      globals.set(name, found.global);
      for (const [shape, each] of found.shapes) shapes.set(shape, each);
      open.push(...found.leadsTo.flatMap(collectionsOf));
    }
    return this.library.layered(globals, shapes);
  }
}

/** The collections that the name of a type may belong to: `User`, `NullUser`, `UserCollection`. */
function collectionsOf(type: string): string[] {
  return [
    type,
    ...(/^Null./.test(type) ? [type.slice(4)] : []),
    ...(/.Collection$/.test(type) ? [type.slice(0, -10)] : []),
  ];
}
