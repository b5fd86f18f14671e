import type { TypeExpr, TypeParam } from "../fql/ast";
import { NO_SPAN } from "../fql/source";
import { canonical, coalesced, type Canonical } from "./coalesce";
import { coalescedKey, type Coalesced, type CoalescedFunction, type Difference } from "./coalesced";
import type { Solver } from "./constrain";
import { printType } from "../fql/print-type";
import { simplify } from "./simplify";
import type { Type, Variable } from "./type";

const span = NO_SPAN;
const ANY: TypeExpr = { kind: "any", span };
const NEVER: TypeExpr = { kind: "never", span };
const HOLE: TypeExpr = { kind: "hole", span };

function name(text: string): { text: string; span: typeof NO_SPAN } {
  return { text, span };
}
function named(text: string, args: readonly TypeExpr[] = []): TypeExpr {
  return { kind: "named", name: name(text), args, span };
}

function withoutDuplicates(types: readonly TypeExpr[]): readonly TypeExpr[] {
  if (types.length < 2) return types;
  return [...new Map(types.map((type) => [printType(type), type])).values()];
}

/** Writes a simplified type as one writes types. */
class Showing {
  readonly #letters = new Map<Variable, TypeExpr>();
  readonly #loops = new Map<string, TypeExpr & { kind: "named" }>();
  readonly #pending = new Set<string>();
  /** The letters that stand for parameters. */
  readonly #params = new Set<string>();
  #used = 0;

  constructor(
    readonly solver: Solver,
    readonly canonical: Canonical,
  ) {}

  of(type: Coalesced, positive: boolean): TypeExpr {
    if (!type.isClosed)
      return this.#guarded(`type ${coalescedKey(type)}`, positive, () =>
        this.#type(type, positive),
      );
    if (positive) return (type.asValue ??= this.#type(type, positive));
    return (type.asUse ??= this.#type(type, positive));
  }

  /** What comes back to itself gets a letter. */
  #guarded(key: string, positive: boolean, make: () => TypeExpr): TypeExpr {
    const side = `${positive ? "+" : "-"}${key}`;
    if (this.#pending.has(side)) {
      const known = this.#loops.get(key) ?? this.#letter();
      this.#loops.set(key, known);
      return known;
    }
    this.#pending.add(side);
    const made = make();
    this.#pending.delete(side);
    const loop = this.#loops.get(key);
    return loop ? { kind: "recursive", name: loop.name.text, of: made, span } : made;
  }

  #letter(): TypeExpr & { kind: "named" } {
    for (;;) {
      const letter = String.fromCharCode(65 + (this.#used % 26));
      const text = letter.repeat(Math.floor(this.#used / 26) + 1);
      this.#used++;
      if (this.solver.environment.shape(text)) continue;
      this.#params.add(text);
      return { kind: "named", name: name(text), args: [], span };
    }
  }

  #variable(variable: Variable, positive: boolean): TypeExpr {
    return this.#guarded(variable.key, positive, () => {
      const rec = this.canonical.recursive.get(variable);
      if (rec) return this.of(rec, positive);
      const known = this.#letters.get(variable) ?? this.#letter();
      this.#letters.set(variable, known);
      return known;
    });
  }

  #type(type: Coalesced, positive: boolean): TypeExpr {
    const same = (part: Coalesced): TypeExpr => this.of(part, positive);
    const found: TypeExpr[] = [];
    for (const each of type.variables ?? []) found.push(this.#variable(each, positive));
    if (type.overloads?.size) {
      const members = withoutDuplicates([...type.overloads.values()].map(same));
      found.push({ kind: positive ? "intersection" : "union", members, span });
    }
    for (const value of type.literals?.values() ?? []) found.push({ kind: "literal", value, span });
    for (const text of type.names?.keys() ?? []) found.push(named(text));
    for (const [text, args] of type.constructed ?? []) found.push(named(text, args.map(same)));
    for (const each of type.functions?.values() ?? []) found.push(this.#function(each, positive));
    if (type.access) found.push(this.#function(type.access, positive));
    if (type.projection) {
      const by = this.of(type.projection.by, !positive);
      found.push({ kind: "projection", by, result: same(type.projection.result), span });
    }
    if (type.record) {
      const { fields, rest } = type.record;
      found.push(this.#object(fields, positive, rest && same(rest), false));
    }
    if (type.open) found.push(this.#object(type.open, positive, null, true));
    for (const items of type.tuples?.values() ?? [])
      found.push({ kind: "tuple", items: items.map(same), span });
    for (const each of type.differences ?? [])
      found.push(...this.#difference(type, each, positive));
    return consolidate(type, found, positive);
  }

  #function({ params, rest, result }: CoalescedFunction, positive: boolean): TypeExpr {
    const param = (one: (typeof params)[number]): TypeParam => ({
      name: one.name === undefined ? null : name(one.name),
      type: this.of(one.type, !positive),
    });
    const all = params.map(param);
    const more = rest && param(rest);
    return { kind: "function", params: all, rest: more, result: this.of(result, positive), span };
  }

  #object(
    all: ReadonlyMap<string, Coalesced>,
    positive: boolean,
    rest: TypeExpr | null,
    open: boolean,
  ): TypeExpr {
    const fields = [...all].map(([text, each]) => ({
      name: name(text),
      type: this.of(each, positive),
    }));
    return { kind: "object", fields, rest, open, span };
  }

  /** What a name stands for; undefined if it stands for itself. */
  #meaning(each: TypeExpr, positive: boolean): TypeExpr | undefined {
    const alias = each.kind === "named" && this.solver.environment.shape(each.name.text)?.alias;
    if (!alias) return undefined;
    const { text } = each.name;
    const found = each.args.length
      ? this.canonical.alias(text, positive)
      : coalesced(alias.type, positive);
    return found && this.of(found, positive);
  }

  #difference(type: Coalesced, { of, minus }: Difference, positive: boolean): TypeExpr[] {
    const members = (each: TypeExpr): readonly TypeExpr[] =>
      each.kind === (positive ? "union" : "intersection") ? each.members : [each];
    const less = this.of(minus, positive);
    const taken = new Set(members(less).map(printType));
    const isTaken = (each: TypeExpr): boolean =>
      each.kind === "union" || each.kind === "intersection"
        ? each.members.some(isTaken)
        : taken.has(printType(each));
    const params: string[] = [];
    const left = (each: TypeExpr): readonly TypeExpr[] => {
      if (isTaken(each)) return [];
      const stands = this.#meaning(each, positive);
      if (!stands) {
        const text = printType(each);
        if (this.#params.has(text)) params.push(text);
        return [each];
      }
      const all = members(stands);
      const kept = all.flatMap(left);
      const same = kept.length === all.length && kept.every((one, i) => one === all[i]);
      return same ? [each] : kept;
    };
    const result = consolidate(type, members(this.of(of, positive)).flatMap(left), positive);
    if (result.kind === "never") return [];
    return params.length ? [{ kind: "difference", of: result, minus: less, span }] : [result];
  }
}

/** One type of several; null comes last. */
function consolidate(type: Coalesced, all: readonly TypeExpr[], positive: boolean): TypeExpr {
  if (type.poisoned) return positive ? HOLE : ANY;
  const isNull = (each: TypeExpr): boolean => each.kind === "named" && each.name.text === "Null";
  let members = all;
  if (all.length > 1)
    members = withoutDuplicates([
      ...all.filter((each) => !isNull(each)),
      ...all.filter(isNull).slice(0, 1),
    ]);
  if (type.any && (positive || !members.length)) members = [ANY, ...members];
  else if (type.never && !type.any && (!positive || !members.length)) members = [NEVER];
  if (!members.length) return positive ? NEVER : ANY;
  if (members.length === 1) return members[0]!;
  return { kind: positive ? "union" : "intersection", members, span };
}

/** A type as one writes it; as a value, or as a use. */
export function typeExprOf(solver: Solver, type: Type, positive: boolean): TypeExpr {
  const simple = simplify(canonical(solver, type, positive), positive);
  return new Showing(solver, simple).of(simple.type, positive);
}

/** A type as the server prints it. */
export function show(solver: Solver, type: Type, positive: boolean): string {
  return printType(typeExprOf(solver, type, positive));
}
