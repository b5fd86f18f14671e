import type { TypeExpr } from "../fql/ast";
import { trusted } from "./annotations";
import type { Shape } from "./environment";
import { missingShape, shapeOf } from "./library-environment";
import type { LibraryTables } from "./library";
import { documentNames, range } from "./library-types";
import type { CollectionSchema, DefinedField, IndexTerm } from "./schema";
import { fieldsInServerOrder } from "./server-order";
import {
  any,
  fn,
  intersection,
  mapParts,
  named,
  NULL,
  optional,
  record,
  scheme,
  union,
  type RecordType,
  type Scheme,
  type Type,
} from "./type";

const NUMBERS = new Set(["Int", "Long", "Double", "Float"]);

/** A type as it is where a value is written: a field of any kind of number takes every number. */
function widened(type: Type): Type {
  return type.kind === "named" && NUMBERS.has(type.name)
    ? named("Number", [], type.span)
    : mapParts(type, widened);
}

function written(type: TypeExpr): Type {
  return widened(trusted(type));
}
function isPlainObject(type: TypeExpr): type is Extract<TypeExpr, { kind: "object" }> {
  return type.kind === "object" && !type.open;
}

/** What a field is given when its document is made. */
function created(type: TypeExpr, hasInitial: boolean): Type {
  if (!isPlainObject(type)) {
    const simple = written(type);
    return hasInitial ? optional(simple) : simple;
  }
  const fields = type.fields.map((field): [string, Type] => [
    field.name.text,
    created(field.type, field.initial !== undefined),
  ]);
  const made = record(new Map(fields), type.rest && written(type.rest), type.span);
  const isOptional = hasInitial || type.fields.every((field) => field.initial !== undefined);
  return isOptional ? optional(made) : made;
}

/** What a field is given when its document changes. */
function updated(type: TypeExpr): Type {
  if (!isPlainObject(type)) return optional(written(type));
  const fields = type.fields.map((field): [string, Type] => [field.name.text, updated(field.type)]);
  return optional(record(new Map(fields), type.rest && written(type.rest), type.span));
}

/** The types of a collection, its documents and its missing documents, under one of its names. */
export class CollectionTypes {
  readonly document: Type;
  readonly collection: Type;
  readonly record: RecordType;
  readonly #rest: Type | null;

  constructor(
    readonly tables: LibraryTables,
    readonly schema: CollectionSchema,
    /** The name, or the alias. */
    readonly name: string,
    computed: ReadonlyMap<string, Type>,
  ) {
    this.document = named(name, [], schema.span);
    this.collection = named(`${name}Collection`, [], schema.span);
    const { fields, wildcard } = schema;
    this.#rest = wildcard ? trusted(wildcard) : fields.size ? null : any();
    this.record = record(
      new Map<string, Type>([
        ["id", named("ID")],
        ["ts", named("Time")],
        ["ttl", optional(named("Time"))],
        ...this.#fields((field) => trusted(field.type)),
        ...fieldsInServerOrder([...computed]),
      ]),
      this.#rest,
    );
  }

  #fields(type: (field: DefinedField) => Type): [string, Type][] {
    return fieldsInServerOrder([...this.schema.fields]).map(([name, field]) => [name, type(field)]);
  }

  shapes(): [string, Shape][] {
    const { name } = this;
    return [
      [name, this.#documentShape()],
      [`Null${name}`, missingShape(name, this.collection, false)],
      [`${name}Collection`, this.#collectionShape()],
    ];
  }

  /** What `create` and the like take: with the fields that the server itself knows, or the user's alone. */
  #data(kind: "create" | "update" | "replace", isPlain: boolean): Type {
    const { documentTtls, fields } = this.schema;
    const own = this.#fields((field) =>
      kind === "update" ? updated(field.type) : created(field.type, field.initial !== null),
    );
    if (isPlain) return record(new Map(own), this.#rest);
    const hasTtl = documentTtls ?? fields.size === 0;
    const native: [string, Type][] = [];
    if (kind === "create") native.push(["id", optional(named("ID"))]);
    if (hasTtl) native.push(["ttl", optional(named("Time"))]);
    else if (this.#rest) native.push(["ttl", NULL]);
    if (this.#rest) native.push(["data", NULL]);
    return record(new Map([...native, ...own]), this.#rest);
  }

  #writing(kind: "create" | "update" | "replace", isPlain: boolean): Scheme {
    return scheme(fn([{ name: "data", type: this.#data(kind, isPlain) }], this.document));
  }

  #documentShape(): Shape {
    const fields = new Map<string, Scheme>([
      ...shapeOf(this.tables.userDocuments, documentNames(this.name)).fields,
      ["coll", scheme(this.collection)],
      ["update", this.#writing("update", false)],
      ["replace", this.#writing("replace", false)],
      ["updateData", this.#writing("update", true)],
      ["replaceData", this.#writing("replace", true)],
    ]);
    const document = { collection: this.name, exists: true };
    return { params: [], fields, alias: scheme(this.record), document };
  }

  #collectionShape(): Shape {
    const shape = shapeOf(this.tables.userCollections, documentNames(this.name));
    const fields = new Map<string, Scheme>([
      ...shape.fields,
      ["create", this.#writing("create", false)],
      ["createData", this.#writing("create", true)],
      ...[...this.schema.indexes].map(([name, terms]) => [name, this.#index(terms)] as const),
    ]);
    return { ...shape, fields };
  }

  /** A function of the terms, and one that takes a range as well. */
  #index(terms: readonly IndexTerm[]): Scheme {
    const params = terms.map((term, i) => ({ name: `term${i + 1}`, type: this.#term(term) }));
    const result = named("Set", [this.document]);
    const ranged = [...params, { name: "range", type: range() }];
    return scheme(intersection([fn(params, result), fn(ranged, result)]));
  }

  #term({ path, mva }: IndexTerm): Type {
    let type: Type = this.record;
    for (const step of path) {
      const next = stepInto(type, step);
      if (!next) return any();
      type = next;
    }
    if (!mva) return type;
    const elements = elementsOf(type);
    return elements.length === 1 ? elements[0]! : union(elements, type.span);
  }
}

function stepInto(type: Type, step: string): Type | null {
  if (type.kind === "record") return type.fields.get(step) ?? type.rest;
  if (!/^\d+$/.test(step)) return null;
  if (type.kind === "tuple") return type.items[Number(step)] ?? null;
  return type.kind === "named" && type.name === "Array" ? type.args[0]! : null;
}

/** What an index has an entry for each of. */
function elementsOf(type: Type): readonly Type[] {
  if (type.kind === "named" && type.name === "Array") return type.args;
  if (type.kind === "tuple") return type.items;
  return type.kind === "union" ? type.members.flatMap(elementsOf) : [type];
}
