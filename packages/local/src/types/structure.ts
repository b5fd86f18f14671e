import * as tree from "./check-tree";
import type { Check } from "./check-tree";
import type { Constraint, Pair } from "./constrain";
import type { Failure } from "./failures";
import {
  any,
  fn,
  hasField,
  keyOf,
  call,
  named,
  never,
  NULL,
  optional,
  somewhere,
  union,
  type Call,
  type FunctionType,
  type HasField,
  type Literal,
  type LiteralValue,
  type Named,
  type RecordType,
  type Tuple,
  type Type,
  type Variable,
} from "./type";

const INT_LIMIT = 2n ** 31n;
const LONG_LIMIT = 2n ** 63n;

/** Whether an integer has a number of bits. */
function within(value: bigint, limit: bigint): boolean {
  return value >= -limit && value < limit;
}

/** Whether a literal is a value of the type with a name. */
export function isValueOf(value: LiteralValue, name: string): boolean {
  if (typeof value === "boolean") return name === "Boolean";
  if (typeof value === "string") return name === "String" || name === "ID";
  if (name === "Number" || name === "Double") return true;
  if (typeof value !== "bigint") return false;
  return name === "Int"
    ? within(value, INT_LIMIT)
    : (name === "Long" || name === "ID") && within(value, LONG_LIMIT);
}

/** The type that a literal is of where nothing takes literals. */
function typeOf({ value, span }: Literal): Named {
  const name = (): string => {
    if (typeof value === "boolean") return "Boolean";
    if (typeof value === "string") return "String";
    if (typeof value !== "bigint") return "Double";
    if (within(value, INT_LIMIT)) return "Int";
    return within(value, LONG_LIMIT) ? "Long" : "Double";
  };
  return named(name(), [], span);
}

const NUMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Int", ["Long", "Number"]],
  ["Long", ["Number"]],
  ["Double", ["Number", "Double", "Float"]],
  ["Float", ["Double", "Float"]],
]);

/** Whether each number of one kind is one of another. */
export function isNumberOf(name: string, other: string): boolean {
  return Boolean(NUMBERS.get(name)?.includes(other));
}

/** Whether something may be left out where a type is expected. */
export function mayBeMissing(type: Type): boolean {
  if (type.kind === "union") return type.members.some(mayBeMissing);
  return type.kind === "named" && type.name === "Null";
}

/** A field of a record that may have it or not. */
function uncertain(rest: Type): Type {
  if (
    rest.kind === "any" ||
    rest.kind === "never" ||
    (rest.kind === "named" && rest.name === "Null")
  )
    return rest;
  return rest.kind === "union" ? union([...rest.members, NULL], rest.span) : optional(rest);
}

/**
 * Checks a value against a use, both of which are made of something: first what they are made of, then what their names
 * stand for. The order of the rules is the server's.
 */
export function checkStructure(c: Constraint, pair: Pair): Check | null {
  const { value, use } = pair;
  if (value.kind === "skolem" || use.kind === "skolem") return generic(c, pair);
  if (value.kind === "named" && use.kind === "named") {
    if (value.name === use.name)
      return parts(
        c,
        pair,
        value.args.map((arg, i) => [arg, use.args[i]!] as const),
      );
    if (isNumberOf(value.name, use.name)) return c.ok(pair);
  }
  if (value.kind === "literal") return literal(c, pair, value);
  const found = composed(c, pair) ?? asked(c, pair) ?? projected(c, pair);
  return found === undefined ? general(c, pair) : found;
}

type Found = Check | null | undefined;

/** Pairs of parts, each of which must fit. */
function parts(c: Constraint, pair: Pair, pairs: Iterable<readonly [Type, Type]>): Check {
  const checks: (Check | null)[] = [];
  for (const [value, use] of pairs) checks.push(inside(c, pair, value, use));
  return c.sub(pair, tree.all(checks));
}
function inside(c: Constraint, { from, to }: Pair, value: Type, use: Type): Check | null {
  return c.check({ value, from, use, to });
}
function part(c: Constraint, pair: Pair, value: Type, use: Type): Check {
  return c.sub(pair, inside(c, pair, value, use));
}
function fails(c: Constraint, pair: Pair, failure: Omit<Failure, "value">): Check {
  return c.failed(pair, { value: pair.value, ...failure });
}

function generic(c: Constraint, pair: Pair): Check | null {
  const { value, use } = pair;
  const [v, u] = [value, use].map((type) => (type.kind === "skolem" ? type : null));
  const both = v && u && !v.invalid && !u.invalid;
  if (both && v.name === u.name) return c.ok(pair);
  const invalid = !both && (v ?? u!).invalid;
  if (invalid) {
    const silent = c.supply.variable((v ?? u!).span, (v ?? u!).level);
    silent.poison();
    return c.check(v ? { ...pair, value: silent } : { ...pair, use: silent });
  }
  const span =
    v && !both ? somewhere(use.span, value.span, c.site) : somewhere(value.span, use.span, c.site);
  return fails(c, pair, { kind: "generic", use, span });
}

function literal(c: Constraint, pair: Pair, value: Literal): Check {
  const { use } = pair;
  if (use.kind === "named" && isValueOf(value.value, use.name)) return c.ok(pair);
  if (use.kind !== "literal") return part(c, pair, typeOf(value), use);
  if (keyOf(use) === keyOf(value)) return c.ok(pair);
  return fails(c, pair, { kind: "literal", use, span: somewhere(value.span, use.span, c.site) });
}

/** Tuples against tuples, records against records. */
function composed(c: Constraint, pair: Pair): Found {
  const { value, use } = pair;
  if (value.kind === "tuple" && use.kind === "tuple") {
    const [received, expected] = [value.items.length, use.items.length];
    return received === expected
      ? parts(
          c,
          pair,
          value.items.map((item, i) => [item, use.items[i]!] as const),
        )
      : fails(c, pair, { kind: "tuple arity", span: value.span, expected, received });
  }
  return value.kind === "record" && use.kind === "record"
    ? records(c, pair, value, use)
    : undefined;
}

function records(c: Constraint, pair: Pair, value: RecordType, use: RecordType): Check {
  const span = somewhere(use.span, value.span, c.site);
  const checks: (Check | null)[] = [];
  for (const [field, type] of value.fields) {
    const wanted = use.fields.get(field) ?? use.rest;
    checks.push(
      wanted ? inside(c, pair, type, wanted) : fails(c, pair, { kind: "extra field", span, field }),
    );
  }
  const rest = value.rest && uncertain(value.rest);
  for (const [field, wanted] of use.fields) {
    if (value.fields.has(field)) continue;
    if (rest) checks.push(inside(c, pair, rest, wanted));
    else if (!mayBeMissing(wanted))
      checks.push(fails(c, pair, { kind: "field", by: c.site, span, field }));
  }
  if (value.rest)
    checks.push(
      use.rest
        ? inside(c, pair, value.rest, use.rest)
        : fails(c, pair, { kind: "extra wildcard", span }),
    );
  return c.sub(pair, tree.all(checks));
}

/** Fields, calls and `[…]`, of types that have them themselves. */
function asked(c: Constraint, pair: Pair): Found {
  const { value, use } = pair;
  if (use.kind === "field") return fieldOf(c, pair, use);
  // A function as use: it is called with what it is given itself.
  if (use.kind === "call") return callOf(c, pair, use);
  if (use.kind === "function" && (value.kind === "function" || c.shape(value)?.apply))
    return callOf(c, pair, called(use));
  return use.kind === "access" ? accessOf(c, pair, use) : undefined;
}

function called({ params, result, span }: FunctionType): Call {
  return call(
    "call",
    params.map(({ type }) => type),
    result,
    span,
  );
}

function fieldOf(c: Constraint, pair: Pair, use: HasField): Found {
  const { value } = pair;
  const span = somewhere(use.span, value.span);
  const missing = (): Check =>
    fails(c, pair, { kind: "field", by: use.dot, span, field: use.name });
  if (value.kind === "record") {
    const field = value.fields.get(use.name) ?? (value.rest && uncertain(value.rest));
    return field ? part(c, pair, field, use.type) : missing();
  }
  if (value.kind === "field")
    return value.name === use.name ? part(c, pair, value.type, use.type) : missing();
  const shape = c.shape(value);
  const field = shape?.fields.get(use.name);
  if (!field) return undefined;
  return part(c, pair, c.signature(pair, value as Named, shape!, field, "+"), use.type);
}

function callOf(c: Constraint, pair: Pair, use: Call): Found {
  const { value, from, to } = pair;
  const shape = c.shape(value);
  if (shape?.apply)
    return part(c, pair, c.signature(pair, value as Named, shape, shape.apply, "+"), pair.use);
  if (value.kind !== "function") return undefined;
  const { params, rest, result } = value;
  const [expected, received] = [params.length, use.args.length];
  if (rest ? expected > received : expected !== received)
    return fails(c, pair, { kind: "arity", span: somewhere(use.span, c.site), expected, received });
  const checks = use.args.map((arg, i) =>
    c.check({ value: arg, from: to, use: (params[i] ?? rest!).type, to: from }),
  );
  checks.push(inside(c, pair, result, use.result));
  return c.sub(pair, tree.all(checks));
}

function accessOf(c: Constraint, pair: Pair, use: Call): Found {
  const { value, from, to } = pair;
  const [first, ...others] = use.args;
  const key = first?.kind === "literal" && !others.length ? first : null;
  if (value.kind === "record" && typeof key?.value === "string")
    return part(c, pair, value, hasField(key.value, use.result, key.span, use.span));
  if (value.kind === "tuple" && typeof key?.value === "bigint")
    return itemOf(c, pair, use, value, key.value, key);
  if (value.kind === "record") {
    if (use.args.length !== 1)
      return fails(c, pair, {
        kind: "arity",
        span: use.span,
        expected: 1,
        received: use.args.length,
      });
    const all = [...value.fields.values(), ...(value.rest ? [value.rest] : [])];
    return c.sub(
      pair,
      tree.all([
        c.check({ value: first!, from: to, use: named("String"), to: from }),
        ...[...all, named("Null", [], value.span)].map((type) => inside(c, pair, type, use.result)),
      ]),
    );
  }
  const shape = c.shape(value);
  if (!shape?.access) return undefined;
  const signature = c.signature(pair, value as Named, shape, shape.access, "+");
  return part(c, pair, signature, call("call", use.args, use.result, use.span));
}

function itemOf(
  c: Constraint,
  pair: Pair,
  use: Call,
  { items, span }: Tuple,
  index: bigint,
  key: Literal,
): Check {
  if (index < 0n) {
    const counts = { expected: items.length, received: Number(index) };
    return fails(c, pair, { kind: "tuple index", span: key.span, ...counts });
  }
  return part(c, pair, items[Number(index)] ?? never(span), use.result);
}

const CONTAINERS = new Set(["Array", "Set", "EventSource"]);

/** Projections: of each element, of what a reference leads to, of nothing. */
function projected(c: Constraint, pair: Pair): Found {
  const { value, use } = pair;
  if (use.kind !== "projection") return undefined;
  const project = (of: Type, wrap: (by: Variable) => Type): Check => {
    const [element, result] = [c.variable(of.span), c.variable(use.result.span)];
    const by = fn([{ type: element }], result, of.span);
    const checks = [
      inside(c, pair, of, element),
      inside(c, pair, use.by, by),
      inside(c, pair, wrap(result), use.result),
    ];
    c.keep(element);
    c.keep(result);
    return c.sub(pair, tree.all(checks));
  };
  const nothing = (): Check => {
    const element = c.variable(value.span);
    const check = project(element, () => NULL);
    c.keep(element);
    return check;
  };
  if (value.kind === "record" || value.kind === "field") return project(value, (result) => result);
  if (value.kind !== "named") return undefined;
  const { name, args, span } = value;
  if (CONTAINERS.has(name)) return project(args[0]!, (result) => named(name, [result], span));
  if (name === "Ref" || name === "NamedRef") return project(args[0]!, optional);
  if (name === "EmptyRef" || name === "EmptyNamedRef") return project(args[0]!, () => NULL);
  const alias = c.shape(value)?.alias?.type;
  const isNull = name === "Null" || (alias?.kind === "named" && alias.name === "Null");
  return isNull ? nothing() : project(value, (result) => result);
}

/** What is left: `Any` and `Never`, elements of a tuple, names that stand for something; or it does not fit. */
function general(c: Constraint, pair: Pair): Check | null {
  const { value, use } = pair;
  if (value.kind === "any") {
    // Whatever comes of `Any` is `Any`.
    if (use.kind === "call" || use.kind === "access" || use.kind === "function")
      return inside(c, pair, value, use.result);
    if (use.kind === "field") return inside(c, pair, value, use.type);
    if (use.kind === "named")
      return parts(
        c,
        pair,
        use.args.map((arg) => [any(value.span), arg]),
      );
  }
  if (value.kind === "any" || use.kind === "any" || value.kind === "never") return c.ok(pair);
  if (value.kind === "tuple" && isForElements(use)) {
    const element = c.variable(value.span);
    const checks = [
      ...value.items.map((item) => inside(c, pair, item, element)),
      inside(c, pair, named("Array", [element], value.span), use),
    ];
    c.keep(element);
    return c.sub(pair, tree.all(checks));
  }
  const stands = standingFor(c, pair);
  return stands === undefined ? misfit(c, pair) : stands;
}

function isForElements(use: Type): boolean {
  if (use.kind === "named") return use.name === "Array";
  return use.kind === "projection" || use.kind === "field" || use.kind === "access";
}

/** Checks what a name stands for; undefined if neither stands for anything. */
function standingFor(c: Constraint, pair: Pair): Found {
  const { value, from, use } = pair;
  const shape = c.shape(value);
  if (shape?.alias) {
    const stands = c.signature(pair, value as Named, shape, shape.alias, "+");
    const check = inside(c, pair, stands, use);
    return check && tree.aliased(value, from, check);
  }
  const wanted = c.shape(use);
  if (!wanted?.alias) return undefined;
  return part(c, pair, value, c.signature(pair, use as Named, wanted, wanted.alias, "-"));
}

function misfit(c: Constraint, pair: Pair): Check {
  const { value, use } = pair;
  switch (use.kind) {
    case "call":
    case "function": {
      const by = use.span;
      return fails(c, pair, { kind: "function", span: somewhere(value.span, c.site), by });
    }
    case "access":
      return fails(c, pair, { kind: "access", span: use.span });
    case "field":
      return fails(c, pair, { kind: "field", by: use.dot, span: use.span, field: use.name });
    case "projection":
      return fails(c, pair, { kind: "projection", span: value.span });
    default:
      return fails(c, pair, { kind: "subtype", use, span: somewhere(value.span, c.site) });
  }
}
