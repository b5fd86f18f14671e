import type { Environment, Shape } from "./environment";
import type { LibraryTables, SignatureTable } from "./library";
import { documentNames, libraryType, schemeOf, type OwnNames } from "./library-types";
import { byName, type Signature } from "./signatures";
import { SYSTEM, SYSTEM_NAMES } from "./system-collections";
import type { TypeExpr } from "../fql/ast";
import { parseType } from "../fql/parser";
import {
  any,
  fn,
  literal,
  named,
  NULL,
  scheme,
  skolem,
  union,
  type Scheme,
  type Type,
} from "./type";

/** What can be stored in documents. */
const PERSISTABLE = new Set(
  "Null Boolean Number Int Long Double Float String Bytes Time Date UUID Array Ref".split(" "),
);

/** The shape of what has the signatures of a table of the library. */
export function shapeOf({ signatures }: SignatureTable, own?: OwnNames): Shape {
  const schemes = new Map([...signatures].map(([name, each]) => [name, schemeOf(each, own)]));
  const [apply, access] = [schemes.get(""), schemes.get("[]")];
  const fields = new Map([...schemes].filter(([name]) => name !== "" && name !== "[]"));
  return { params: [], fields, ...(apply && { apply }), ...(access && { access }) };
}

const ABSENT: Scheme = scheme(fn([], literal(false)));

/** A missing document: null, of which the id or the name is known. */
export function missingShape(collection: string, coll: Type, isNamed: boolean): Shape {
  const fields = new Map<string, Scheme>([
    isNamed ? ["name", scheme(named("String"))] : ["id", scheme(named("ID"))],
    ["coll", scheme(coll)],
    ["exists", ABSENT],
    ["toString", scheme(fn([], named("String")))],
  ]);
  const document = { collection, exists: false };
  return { params: [], fields, alias: scheme(NULL), document };
}

/** A reference to a document that is not there, and to one that may be. */
function references(name: string, field: string, of: string): [string, Shape][] {
  const param = skolem("A", 0);
  const empty = `Empty${name}`;
  const fields = new Map<string, Scheme>([
    [field, scheme(named(of))],
    ["coll", scheme(any())],
    ["exists", ABSENT],
  ]);
  const either = scheme(union([param, named(empty, [param])]));
  return [
    [empty, { params: ["A"], fields, alias: scheme(NULL) }],
    [name, { params: ["A"], fields: new Map(), alias: either, persistable: name === "Ref" }],
  ];
}

function systemShapes(tables: LibraryTables, name: string): [string, Shape][] {
  const system = SYSTEM[name]!;
  const { document } = system;
  const [data, create] = [system.record, system.create].map((text) =>
    libraryType(parseType(text.replace(/\s+/g, " "))),
  );
  const coll = named(`${name}Collection`);
  const own = documentNames(document);
  const collection = shapeOf(tables.systemCollections[name]!, own);
  const made = scheme(fn([{ name: "data", type: create! }], named(document)));
  const methods = shapeOf(tables.systemDocuments[name]!, own);
  return [
    [
      `${name}Collection`,
      { ...collection, fields: new Map(collection.fields).set("create", made) },
    ],
    [
      document,
      {
        params: [],
        fields: new Map(methods.fields).set("coll", scheme(coll)),
        alias: scheme(data!),
        document: { collection: name, exists: true },
      },
    ],
    [`Null${document}`, missingShape(name, coll, system.named)],
  ];
}

/** What the names and operators of a library mean. */
interface Meanings {
  readonly globals: ReadonlyMap<string, Scheme>;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly operators: ReadonlyMap<string, Scheme>;
}

/** The library as the checker knows it: its types, values and operators. They are made when one is first asked for. */
export class LibraryEnvironment implements Environment {
  #meanings: Meanings | undefined;

  constructor(readonly tables: LibraryTables) {}

  get #known(): Meanings {
    return (this.#meanings ??= meanings(this.tables));
  }
  get globals(): ReadonlyMap<string, Scheme> {
    return this.#known.globals;
  }
  readonly global = (name: string): Scheme | undefined => this.#known.globals.get(name);
  readonly shape = (name: string): Shape | undefined => this.#known.shapes.get(name);
  readonly operator = (name: string): Scheme | undefined => this.#known.operators.get(name);

  /** Names of a schema on top of the library. */
  layered(globals: ReadonlyMap<string, Scheme>, shapes: ReadonlyMap<string, Shape>): Environment {
    return {
      global: (name) => this.global(name) ?? globals.get(name),
      shape: (name) => this.shape(name) ?? shapes.get(name),
      operator: this.operator,
    };
  }
}

function meanings(tables: LibraryTables): Meanings {
  const { types, modules, functions } = tables;
  const globals = new Map<string, Scheme>([
    ...Object.keys(modules).map((name): [string, Scheme] => [name, scheme(named(`${name}Module`))]),
    ...[...SYSTEM_NAMES].map(([name, collection]): [string, Scheme] => [
      name,
      scheme(named(`${collection}Collection`)),
    ]),
    ...[...functions.signatures].map(([name, each]): [string, Scheme] => [name, schemeOf(each)]),
  ]);
  const shapes = new Map<string, Shape>([
    ...Object.entries(types).map(([name, table]) => typeShape(name, table)),
    ...Object.entries(modules).map(([name, table]): [string, Shape] => [
      `${name}Module`,
      name === "FQL" ? { params: [], fields: globals } : shapeOf(table),
    ]),
    ...Object.keys(SYSTEM).flatMap((name) => systemShapes(tables, name)),
    ...references("Ref", "id", "ID"),
    ...references("NamedRef", "name", "String"),
    [
      "Stream",
      { params: ["A"], fields: new Map(), alias: scheme(named("EventSource", [skolem("A", 0)])) },
    ],
  ]);
  return { globals, shapes, operators: operators(tables) };
}

function typeShape(title: string, table: SignatureTable): [string, Shape] {
  const [, name, param] = /^(\w+)(?:<(\w)>)?$/.exec(title)!;
  const apply = name === "UserFunction" ? { apply: scheme(skolem("A", 0)) } : {};
  const persistable = PERSISTABLE.has(name!);
  return [name!, { ...shapeOf(table), params: param ? [param] : [], persistable, ...apply }];
}

/** Operators as functions of all their operands. */
function operators(tables: LibraryTables): Map<string, Scheme> {
  const all = Object.entries(tables.operators).flatMap(([receiver, { signatures }]) => {
    const first = parseType(receiver);
    return [...signatures.values()].map((each): Signature => ({
      ...each,
      types: each.types.map((type) => withOperand(first, type)),
    }));
  });
  return new Map([...byName(all)].map(([name, each]) => [name, schemeOf(each)]));
}

/** Operands have no names in what is printed. */
function withOperand(first: TypeExpr, type: TypeExpr): TypeExpr {
  if (type.kind !== "function") return type;
  const operands = [first, ...type.params.map((param) => param.type)];
  return { ...type, params: operands.map((operand) => ({ name: null, type: operand })) };
}
