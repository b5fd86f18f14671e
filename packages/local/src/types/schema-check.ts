import type { Expr, TypeExpr } from "../fql/ast";
import { NO_SPAN } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import { anneal, freeAlts } from "./anneal";
import { Annotations, trusted } from "./annotations";
import { CollectionTypes } from "./collection-types";
import { TooComplexError } from "./constrain";
import { dependencies } from "./dependencies";
import type { Shape } from "./environment";
import { typeError } from "./failures";
import { grantMistake } from "./grants";
import { indexedComputedMistakes } from "./indexed-computed";
import { Inference } from "./infer";
import type { Scope } from "./infer-calls";
import type { LibraryEnvironment } from "./library-environment";
import { Persistability } from "./persistable";
import { namesOf, type CollectionSchema, type Schema } from "./schema";
import { typeExprOf } from "./show";
import {
  any,
  fn,
  named,
  NULL,
  partsOf,
  scheme,
  typeNames,
  union,
  type Scheme,
  type Type,
  type Variable,
} from "./type";

const CONDITION = union([named("Boolean"), NULL]);

/** Something of the schema and the type that it must have. */
interface Expected {
  readonly body: Expr;
  readonly type: Type;
}

/**
 * Checks a whole schema as the server does, and in its order: signatures first, then functions and computed fields
 * without them, whose types are found out, then all that must have a type. Rights are looked at if the rest is right.
 */
export class SchemaCheck {
  readonly inference: Inference;
  /** Types of computed fields, by collection; and of functions. */
  readonly computed: Map<string, ReadonlyMap<string, Type>> = new Map();
  readonly functions: Map<string, Type> = new Map();
  readonly #shapes = new Map<string, Shape>();
  readonly #globals = new Map<string, Scheme>();
  /** Names of types that signatures may use, before it is known what is behind them. */
  readonly #signatures: Inference;
  readonly #expected: Expected[] = [];

  constructor(
    readonly library: LibraryEnvironment,
    readonly schema: Schema,
    /** Whether expressions are checked, not just signatures and names. */
    readonly isTyped: boolean = true,
  ) {
    const collections = schema.collections.flatMap((each) =>
      namesOf(each).flatMap((name) =>
        new CollectionTypes(library.tables, each, name, new Map()).shapes(),
      ),
    );
    this.inference = new Inference(library.layered(this.#globals, this.#shapes));
    this.#signatures = new Inference(library.layered(new Map(), new Map(collections)));
  }

  /** Finds all types; what is wrong with the schema. */
  run(): readonly Diagnostic[] {
    const drafts = this.schema.collections.map((each) => this.#collection(each));
    if (this.isTyped) this.#expressions(drafts);
    const { errors } = this.inference;
    const mistakes = [...this.#signatures.errors, ...errors];
    if (this.isTyped) mistakes.push(...indexedComputedMistakes(this.schema));
    if (mistakes.length) return mistakes;
    for (const grant of this.schema.grants) {
      errors.push(...grantMistake(this.schema, grant));
      if (this.isTyped)
        for (const body of grant.predicates) this.#guarded(() => this.inference.resolved(body));
    }
    return errors;
  }

  #expressions(drafts: readonly Draft[]): void {
    const annotated = this.#annotated();
    for (const [name, type] of this.#inferred()) this.functions.set(name, type);
    for (const { body, type } of [...annotated, ...this.#expected]) this.#fits(body, type);
    for (const [name, fields] of drafts)
      this.computed.set(
        name,
        new Map([...fields].map(([field, type]) => [field, this.#printed(type)])),
      );
  }

  /** Runs a check; one that takes too long finds nothing. */
  #guarded(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof TooComplexError)) throw error;
    }
  }

  /** The type that is written; null if it is wrong. */
  #read(inference: Inference, type: TypeExpr, isGeneric: boolean): Type | null {
    const reader = new Annotations(inference.environment, inference.supply, 0, isGeneric);
    const read = reader.read(type);
    inference.errors.push(...reader.errors);
    return reader.errors.length ? null : read;
  }

  /** Reads what is written of a collection, and keeps what else is to be checked of it. */
  #collection(collection: CollectionSchema): Draft {
    const { name, checks = [], paths = [] } = collection;
    for (const [field, { type, initial }] of collection.fields)
      this.#field(name, field, type, initial);
    const of = (result: Type): Type => fn([{ type: named(name) }], result);
    const computed = new Map<string, Type>();
    if (this.isTyped)
      for (const [field, { type, body }] of collection.computed) {
        const result = type
          ? (this.#read(this.#signatures, type, false) ?? any(type.span))
          : this.inference.supply.variable(NO_SPAN, 0);
        computed.set(field, result);
        this.#expected.push({ body, type: of(result) });
      }
    const { wildcard } = collection;
    if (wildcard && wildcard.kind !== "any")
      this.#signatures.errors.push(
        typeError("Top-level wildcard must have type `Any`", wildcard.span),
      );
    for (const body of checks) this.#expected.push({ body, type: of(CONDITION) });
    for (const body of paths) this.#expected.push({ body, type: of(any()) });
    // Without its fields it has no type, as if it were not there.
    if (!this.#signatures.errors.length) this.#declare(collection, computed);
    return [name, computed];
  }

  #field(collection: string, name: string, written: TypeExpr, initial: Expr | null): void {
    const { errors } = this.#signatures;
    const type = this.#read(this.#signatures, written, false);
    if (!type) return;
    const causes = new Persistability(this.#signatures).of(type);
    if (causes.length) {
      const message = `Field \`${name}\` in collection ${collection} is not persistable`;
      errors.push(typeError(message, written.span, causes.flatMap(asCause)));
    } else if (initial) this.#expected.push({ body: initial, type });
  }

  #declare(collection: CollectionSchema, computed: ReadonlyMap<string, Type>): void {
    for (const name of namesOf(collection)) {
      const types = new CollectionTypes(this.library.tables, collection, name, computed);
      for (const [shape, each] of types.shapes()) this.#shapes.set(shape, each);
      this.#globals.set(name, scheme(types.collection));
    }
  }

  /** Functions whose signature is written. */
  #annotated(): Expected[] {
    return this.schema.functions.flatMap(({ name, signature, body }) => {
      if (!signature || this.#globals.has(name)) return [];
      const type = this.#read(this.inference, signature, true) ?? any(signature.span);
      this.functions.set(name, this.#printed(type));
      this.#globals.set(name, scheme(type));
      return [{ body, type }];
    });
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
      const type = anneal(this.inference.supply, variable, true, 1, () => free);
      found.set(name, this.#printed(type));
      this.#globals.set(name, { type, level: 0, generic: false });
    }
    return found;
  }

  /** The type as it is kept: as it is printed. */
  #printed(type: Type): Type {
    const resolved = anneal(this.inference.supply, type, true, 0, () => new Set());
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
}

/** The computed fields of a collection, whose types may still be open. */
type Draft = readonly [collection: string, ReadonlyMap<string, Type>];

function asCause({ message, span, remarks = [] }: Diagnostic): Diagnostic["remarks"] & object {
  return [{ label: "cause", message, span }, ...remarks];
}

/** The parameters of a written signature. */
function paramsOf(type: Type): string[] {
  if (type.kind === "skolem") return [type.name];
  return type.kind === "var" ? [] : partsOf(type).flatMap(paramsOf);
}
