import { NO_SOURCE, NO_SPAN, type Span } from "../fql/source";
import type { Decimal } from "../fql/values/decimal";
import { BASE, type Alt } from "./alternatives";
import type { Check } from "./check-tree";

/** A literal: an integer is a bigint. */
export type LiteralValue = string | boolean | bigint | Decimal;

/** The level of a type that is the same wherever it stands and whatever is found out. */
export const CLOSED = -1;

/** What all types have. Variables and `Any` aside, types do not change. */
interface Node {
  readonly span: Span;
  /** The highest level of the variables and parameters in it; {@link CLOSED} if it has none, nor a choice. */
  readonly level: number;
  /** The type as text, without places: equal types have equal keys. See {@link keyOf}. */
  key?: string;
}

export interface Param {
  readonly name?: string;
  readonly type: Type;
}

export interface Basic extends Node {
  readonly kind: "any" | "never";
}
export interface Literal extends Node {
  readonly kind: "literal";
  readonly value: LiteralValue;
}
/** A type of the library or of the schema, with what it is made of: `String`, `Array<Int>`, `User`. */
export interface Named extends Node {
  readonly kind: "named";
  readonly name: string;
  readonly args: readonly Type[];
}
/** A parameter of an annotation or of a signature: nothing is known of it. */
export interface Skolem extends Node {
  readonly kind: "skolem";
  readonly name: string;
  /** It has been reported already. */
  invalid: boolean;
}
export interface RecordType extends Node {
  readonly kind: "record";
  readonly fields: ReadonlyMap<string, Type>;
  /** The type of all other fields; null if there are none. */
  readonly rest: Type | null;
}
export interface Tuple extends Node {
  readonly kind: "tuple";
  readonly items: readonly Type[];
}
export interface FunctionType extends Node {
  readonly kind: "function";
  readonly params: readonly Param[];
  readonly rest: Param | null;
  readonly result: Type;
  /** Whether it was inferred from a lambda, whose place it keeps. */
  readonly lambda: boolean;
}
/** Any of some types; all of some types. */
export interface Members extends Node {
  readonly kind: "union" | "intersection";
  readonly members: readonly Type[];
}
/** As a value all of some overloads, as a use any: with the alternatives that each belongs to. */
export interface Overload extends Node {
  readonly kind: "overload";
  readonly variants: readonly (readonly [Alt, Type])[];
}
/** Whatever has a field. */
export interface HasField extends Node {
  readonly kind: "field";
  readonly name: string;
  readonly type: Type;
  /** Between the value and the name; `NO_SPAN` in annotations. */
  readonly dot: Span;
}
/** Whatever can be called, or asked with `[…]`. */
export interface Call extends Node {
  readonly kind: "call" | "access";
  readonly args: readonly Type[];
  readonly result: Type;
}
/** Whatever can be projected by a function from an element to a record. */
export interface Projection extends Node {
  readonly kind: "projection";
  readonly by: Type;
  readonly result: Type;
}
/** As a value: `of` without null. As a use: what `of` is, when the value is rid of null. */
export interface Without extends Node {
  readonly kind: "without" | "guard";
  readonly of: Type;
  readonly minus: Named;
}

export type Type =
  | Basic
  | Literal
  | Named
  | Skolem
  | Variable
  | RecordType
  | Tuple
  | FunctionType
  | Members
  | Overload
  | HasField
  | Call
  | Projection
  | Without;

/** One bound of a variable, and the alternative that it belongs to. */
export interface Bound {
  readonly type: Type;
  readonly alt: Alt;
}

/** What is known of a variable: replaced as a whole, so that it can be put back. */
export interface VariableState {
  /** What flows into it. */
  readonly values: readonly Bound[];
  /** Where it flows. */
  readonly uses: readonly Bound[];
  /** What was found out about the two. */
  readonly check: Check | null;
  /** It stands for an expression with a mistake, of which nothing more is said. */
  readonly poisoned: boolean;
}

const NOTHING: VariableState = { values: [], uses: [], check: null, poisoned: false };

/** A type that is still to be found out. */
export class Variable {
  readonly kind = "var";
  /** All that ever flows into it, if that is known. */
  known: Type | null = null;
  #state: VariableState = NOTHING;
  #later: (() => void) | null = null;
  readonly key: string;

  constructor(
    readonly id: number,
    readonly level: number,
    public span: Span,
  ) {
    this.key = `#${id}`;
  }

  /** What is known comes of choices that can still be left alone; whoever asks for the state opens them. */
  get isDeferred(): boolean {
    return this.#later !== null;
  }
  defer(known: Type, open: () => void): void {
    this.known = known;
    this.#later = open;
  }
  /** The choices are closed for good. */
  settle(): void {
    this.#later = null;
    this.addValue(this.known!, BASE);
  }
  get state(): VariableState {
    const open = this.#later;
    if (open) {
      this.#later = null;
      open();
    }
    return this.#state;
  }
  set state(state: VariableState) {
    this.#state = state;
  }

  get values(): Bound[] {
    return this.state.values.filter(({ alt }) => !alt.isPruned);
  }
  get uses(): Bound[] {
    return this.state.uses.filter(({ alt }) => !alt.isPruned);
  }
  get poisoned(): boolean {
    return this.state.poisoned;
  }

  update(change: Partial<VariableState>): void {
    const { values, uses, check, poisoned } = this.state;
    this.state = {
      values: change.values ?? values,
      uses: change.uses ?? uses,
      check: change.check ?? check,
      poisoned: change.poisoned ?? poisoned,
    };
  }
  addValue(type: Type, alt: Alt): void {
    const { values, uses, check, poisoned } = this.state;
    this.state = { values: [...values, { type, alt }], uses, check, poisoned };
  }
  addUse(type: Type, alt: Alt): void {
    const { values, uses, check, poisoned } = this.state;
    this.state = { values, uses: [...uses, { type, alt }], check, poisoned };
  }
  poison(): void {
    this.update({ poisoned: true });
  }
}

/** A type with variables or parameters, which each use of it gets anew. */
export interface Scheme {
  readonly type: Type;
  /** Variables above this level are replaced; null if there are none. */
  readonly level: number | null;
  /** Whether it has parameters: the skolems of a signature. */
  readonly generic: boolean;
}

function highest(types: Iterable<Type>): number {
  let level = CLOSED;
  for (const type of types) if (type.level > level) level = type.level;
  return level;
}

export function isNowhere(span: Span): boolean {
  return span.source === NO_SOURCE;
}
/** A place, or another one where there is none. */
export function somewhere(...spans: readonly Span[]): Span {
  return spans.find((span) => !isNowhere(span)) ?? NO_SPAN;
}

export function any(span: Span = NO_SPAN): Basic {
  return { kind: "any", span, level: CLOSED };
}
export function never(span: Span = NO_SPAN): Basic {
  return { kind: "never", span, level: CLOSED };
}
export function literal(value: LiteralValue, span: Span = NO_SPAN): Literal {
  return { kind: "literal", value, span, level: CLOSED };
}
export function named(name: string, args: readonly Type[] = [], span: Span = NO_SPAN): Named {
  return { kind: "named", name, args, span, level: highest(args) };
}
export function skolem(name: string, level: number, span: Span = NO_SPAN): Skolem {
  return { kind: "skolem", name, span, level, invalid: false };
}
export function record(
  fields: ReadonlyMap<string, Type>,
  rest: Type | null = null,
  span: Span = NO_SPAN,
): RecordType {
  const level = Math.max(highest(fields.values()), rest?.level ?? CLOSED);
  return { kind: "record", fields, rest, span, level };
}
export function tuple(items: readonly Type[], span: Span = NO_SPAN): Tuple {
  return { kind: "tuple", items, span, level: highest(items) };
}
export function fn(
  params: readonly Param[],
  result: Type,
  span: Span = NO_SPAN,
  rest: Param | null = null,
  lambda = false,
): FunctionType {
  const given = highest(params.map(({ type }) => type));
  const level = Math.max(given, rest?.type.level ?? CLOSED, result.level);
  return { kind: "function", params, rest, result, span, level, lambda };
}
export function union(members: readonly Type[], span: Span = NO_SPAN): Members {
  return { kind: "union", members, span, level: highest(members) };
}
export function intersection(members: readonly Type[], span: Span = NO_SPAN): Members {
  return { kind: "intersection", members, span, level: highest(members) };
}
export function overload(variants: Overload["variants"]): Overload {
  const level = Math.max(
    0,
    ...variants.map(([alt, type]) => Math.max(alt.group.variableLevel, type.level)),
  );
  return { kind: "overload", variants, span: NO_SPAN, level };
}
export function hasField(name: string, type: Type, span: Span, dot: Span = NO_SPAN): HasField {
  return { kind: "field", name, type, dot, span, level: type.level };
}
export function call(
  kind: Call["kind"],
  args: readonly Type[],
  result: Type,
  span: Span = NO_SPAN,
): Call {
  return { kind, args, result, span, level: Math.max(highest(args), result.level) };
}
export function projection(by: Type, result: Type, span: Span): Projection {
  return { kind: "projection", by, result, span, level: Math.max(by.level, result.level) };
}
export function without(kind: Without["kind"], of: Type, minus: Named): Without {
  return { kind, of, minus, span: NO_SPAN, level: Math.max(0, of.level) };
}

export const NULL: Named = named("Null");

/** `T | Null`, where members of a union become members. */
export function optional(type: Type): Members {
  return union([...(type.kind === "union" ? type.members : [type]), NULL]);
}

/** The type at another place; what stands for a lambda or for several values keeps its own. */
export function move(type: Type, span: Span): Type {
  switch (type.kind) {
    case "var":
      type.span = span;
      return type;
    case "overload":
    case "without":
    case "guard":
      return type;
    default:
      return type.kind === "function" && type.lambda ? type : { ...type, span };
  }
}

/** The types that a type is directly made of. */
export function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case "named":
      return type.args;
    case "record":
      return type.rest ? [...type.fields.values(), type.rest] : [...type.fields.values()];
    case "tuple":
      return type.items;
    case "function":
      return [
        ...[...type.params, ...(type.rest ? [type.rest] : [])].map((p) => p.type),
        type.result,
      ];
    case "union":
    case "intersection":
      return type.members;
    case "overload":
      return type.variants.map(([, variant]) => variant);
    case "field":
      return [type.type];
    case "call":
    case "access":
      return [...type.args, type.result];
    case "projection":
      return [type.by, type.result];
    case "without":
    case "guard":
      return [type.of, type.minus];
    default:
      return [];
  }
}

/** The type with its parts replaced; the same if none changes. `flip` says that the part is where values come in. */
export function mapParts<T extends Type>(type: T, change: (part: Type, flip: boolean) => Type): T;
export function mapParts(type: Type, change: (part: Type, flip: boolean) => Type): Type {
  const same = (part: Type): Type => change(part, false);
  const param = (one: Param): Param => ({ ...one, type: change(one.type, true) });
  switch (type.kind) {
    case "named":
      return type.args.length ? named(type.name, type.args.map(same), type.span) : type;
    case "record": {
      const fields = new Map([...type.fields].map(([name, field]) => [name, same(field)]));
      return record(fields, type.rest && same(type.rest), type.span);
    }
    case "tuple":
      return tuple(type.items.map(same), type.span);
    case "function":
      return fn(
        type.params.map(param),
        same(type.result),
        type.span,
        type.rest && param(type.rest),
        type.lambda,
      );
    case "union":
      return union(type.members.map(same), type.span);
    case "intersection":
      return intersection(type.members.map(same), type.span);
    case "overload":
      return overload(type.variants.map(([alt, variant]) => [alt, same(variant)]));
    case "field":
      return hasField(type.name, same(type.type), type.span, type.dot);
    case "call":
    case "access":
      return call(
        type.kind,
        type.args.map((arg) => change(arg, true)),
        same(type.result),
        type.span,
      );
    case "projection":
      return projection(change(type.by, true), same(type.result), type.span);
    case "without":
    case "guard":
      return without(type.kind, same(type.of), type.minus);
    default:
      return type;
  }
}

/** Decimals are equal whatever noughts are behind them. */
export function literalKey(value: LiteralValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "boolean" ? String(value) : `${value.value}d`;
}

function makeKey(type: Type): string {
  const all = (types: readonly Type[]): string => types.map(keyOf).join(",");
  switch (type.kind) {
    case "literal":
      return literalKey(type.value);
    case "named":
      return type.args.length ? `${type.name}<${all(type.args)}>` : type.name;
    case "skolem":
      return `$${type.name}`;
    case "record": {
      const fields = [...type.fields].map(([name, field]) => `${name}:${keyOf(field)}`);
      return `{${fields.join(",")}|${type.rest ? keyOf(type.rest) : ""}}`;
    }
    case "function": {
      const rest = type.rest ? `...${keyOf(type.rest.type)}` : "";
      return `(${all(type.params.map((p) => p.type))}${rest})=>${keyOf(type.result)}`;
    }
    case "overload":
      return `<${type.variants.map(([alt, variant]) => `${alt.id}:${keyOf(variant)}`).join("&")}>`;
    case "field":
      return `.${type.name}:${keyOf(type.type)}`;
    default:
      return `${type.kind}(${all(partsOf(type))})`;
  }
}

/** A text that equal types have in common, wherever they come from. */
export function keyOf(type: Type): string {
  if (type.kind === "var") return type.key;
  return (type.key ??= makeKey(type));
}

/** Whether a type has a parameter of an annotation in it. */
export function hasSkolem(type: Type): boolean {
  if (type.kind === "var" || type.level === CLOSED) return false;
  return type.kind === "skolem" || partsOf(type).some(hasSkolem);
}

/** A type of the library or of an annotation, of which each use gets its own parameters. */
export function scheme(type: Type): Scheme {
  return { type, level: null, generic: hasSkolem(type) };
}

/** The names that a type has in it. */
export function typeNames(type: Type): string[] {
  const inner = partsOf(type).flatMap(typeNames);
  return type.kind === "named" ? [type.name, ...inner] : inner;
}
