import type { Environment, Shape } from "./environment";
import {
  BY_ID,
  BY_NAME,
  COLLECTION,
  DOCUMENT,
  FUNCTIONS,
  MODULES,
  OPERATORS,
  TYPES,
} from "./library";
import { documentNames, libraryType, schemeOf, type OwnNames } from "./library-types";
import { readSignatures } from "./signatures";
import { SYSTEM, SYSTEM_NAMES, type SystemCollection } from "./system-collections";
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

/** A shape of lines of the library. */
export function shapeOf(blocks: readonly string[], own?: OwnNames): Shape {
  const all = blocks.flatMap((text) => [...readSignatures(text)]);
  const schemes = new Map(all.map(([name, each]) => [name, schemeOf(each, own)]));
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

function systemShapes(name: string, system: SystemCollection): [string, Shape][] {
  const { document, members } = system;
  const [data, create] = [system.record, system.create].map((text) =>
    libraryType(parseType(text.replace(/\s+/g, " "))),
  );
  const coll = named(`${name}Collection`);
  const own = documentNames(document);
  const collection = shapeOf([COLLECTION, system.named ? BY_NAME : BY_ID, members], own);
  const made = scheme(fn([{ name: "data", type: create! }], named(document)));
  const methods = shapeOf([DOCUMENT, system.methods], own);
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

/** The types, values and operators of the standard library. */
class Library {
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly globals: ReadonlyMap<string, Scheme>;
  readonly operators: ReadonlyMap<string, Scheme>;

  constructor() {
    const functions = [...readSignatures(FUNCTIONS)].map(([name, each]): [string, Scheme] => [
      name,
      schemeOf(each),
    ]);
    this.globals = new Map<string, Scheme>([
      ...Object.keys(MODULES).map((name): [string, Scheme] => [
        name,
        scheme(named(`${name}Module`)),
      ]),
      ...[...SYSTEM_NAMES].map(([name, collection]): [string, Scheme] => [
        name,
        scheme(named(`${collection}Collection`)),
      ]),
      ...functions,
    ]);
    this.shapes = new Map<string, Shape>([
      ...Object.entries(TYPES).map(([name, text]) => typeShape(name, text)),
      ...Object.entries(MODULES).map(([name, text]): [string, Shape] => [
        `${name}Module`,
        name === "FQL" ? { params: [], fields: this.globals } : shapeOf([text]),
      ]),
      ...Object.entries(SYSTEM).flatMap(([name, system]) => systemShapes(name, system)),
      ...references("Ref", "id", "ID"),
      ...references("NamedRef", "name", "String"),
      [
        "Stream",
        { params: ["A"], fields: new Map(), alias: scheme(named("EventSource", [skolem("A", 0)])) },
      ],
    ]);
    this.operators = operators();
  }
}

function typeShape(title: string, text: string): [string, Shape] {
  const [, name, param] = /^(\w+)(?:<(\w)>)?$/.exec(title)!;
  const apply = name === "UserFunction" ? { apply: scheme(skolem("A", 0)) } : {};
  const persistable = PERSISTABLE.has(name!);
  return [name!, { ...shapeOf([text]), params: param ? [param] : [], persistable, ...apply }];
}

function operators(): Map<string, Scheme> {
  const all = [...readSignatures(OPERATORS)];
  return new Map(
    all.map(([name, each]) => [name, schemeOf({ ...each, types: each.types.map(unnamed) })]),
  );
}

/** Operands have no names in what is printed. */
function unnamed(type: TypeExpr): TypeExpr {
  if (type.kind !== "function") return type;
  return { ...type, params: type.params.map((param) => ({ ...param, name: null })) };
}

let library: Library | undefined;

/** The standard library; read when it is first needed. */
export function libraryTypes(): Library {
  return (library ??= new Library());
}

/** The library alone. */
export const LIBRARY: Environment = {
  global: (name) => libraryTypes().globals.get(name),
  shape: (name) => libraryTypes().shapes.get(name),
  operator: (name) => libraryTypes().operators.get(name),
};

/** Names of a schema on top of the library. */
export function layered(
  globals: ReadonlyMap<string, Scheme>,
  shapes: ReadonlyMap<string, Shape>,
): Environment {
  return {
    global: (name) => LIBRARY.global(name) ?? globals.get(name),
    shape: (name) => LIBRARY.shape(name) ?? shapes.get(name),
    operator: LIBRARY.operator,
  };
}
