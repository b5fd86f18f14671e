import type { TypeExpr, TypeParam } from "../fql/ast";
import { NO_SPAN } from "../fql/source";
import { aliasKey, canonical, type Canonical } from "./coalesce";
import { coalescedKey, type Coalesced, type CoalescedFunction } from "./coalesced";
import type { Solver } from "./constrain";
import { printType } from "./print-type";
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

function withoutDuplicates(types: readonly TypeExpr[]): TypeExpr[] {
  return [...new Map(types.map((type) => [printType(type), type])).values()];
}

/** Writes a simplified type as one writes types. */
class Showing {
  readonly #letters = new Map<Variable, TypeExpr>();
  readonly #loops = new Map<string, TypeExpr & { kind: "named" }>();
  readonly #meanings = new Map<string, TypeExpr>();
  /** The letters that stand for parameters. */
  readonly #params = new Set<string>();
  #used = 0;

  constructor(
    readonly solver: Solver,
    readonly canonical: Canonical,
  ) {}

  of(type: Coalesced, positive: boolean, pending: ReadonlySet<string>): TypeExpr {
    return this.#guarded(`type ${coalescedKey(type)}`, positive, pending, (inner) =>
      this.#type(type, positive, inner),
    );
  }

  /** What comes back to itself gets a letter. */
  #guarded(
    key: string,
    positive: boolean,
    pending: ReadonlySet<string>,
    make: (inner: ReadonlySet<string>) => TypeExpr,
  ): TypeExpr {
    const side = `${positive ? "+" : "-"}${key}`;
    if (pending.has(side)) {
      const known = this.#loops.get(key) ?? this.#letter();
      this.#loops.set(key, known);
      return known;
    }
    const made = make(new Set(pending).add(side));
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

  #variable(variable: Variable, positive: boolean, pending: ReadonlySet<string>): TypeExpr {
    return this.#guarded(variable.key, positive, pending, (inner) => {
      const rec = this.canonical.recursive.get(variable);
      if (rec) return this.of(rec, positive, inner);
      const known = this.#letters.get(variable) ?? this.#letter();
      this.#letters.set(variable, known);
      return known;
    });
  }

  #type(type: Coalesced, positive: boolean, pending: ReadonlySet<string>): TypeExpr {
    const same = (part: Coalesced): TypeExpr => this.of(part, positive, pending);
    const flipped = (part: Coalesced): TypeExpr => this.of(part, !positive, pending);
    const fields = (
      all: ReadonlyMap<string, Coalesced>,
    ): { name: ReturnType<typeof name>; type: TypeExpr }[] =>
      [...all].map(([text, each]) => ({ name: name(text), type: same(each) }));
    const fn = ({ params, rest, result }: CoalescedFunction): TypeExpr => {
      const param = (one: (typeof params)[number]): TypeParam => ({
        name: one.name === undefined ? null : name(one.name),
        type: flipped(one.type),
      });
      const all = params.map(param);
      return {
        kind: "function",
        params: all,
        rest: rest && param(rest),
        result: same(result),
        span,
      };
    };
    const found: TypeExpr[] = [];
    for (const each of type.variables ?? []) found.push(this.#variable(each, positive, pending));
    if (type.overloads?.size) {
      const members = withoutDuplicates([...type.overloads.values()].map(same));
      found.push({ kind: positive ? "intersection" : "union", members, span });
    }
    for (const value of type.literals?.values() ?? []) found.push({ kind: "literal", value, span });
    for (const [text, generic] of type.names ?? []) {
      const made = named(text);
      if (!generic) this.#meaning(text, positive, made);
      found.push(made);
    }
    for (const [text, args] of type.constructed ?? []) {
      const made = named(text, args.map(same));
      this.#meaning(text, positive, made);
      found.push(made);
    }
    for (const each of type.functions?.values() ?? []) found.push(fn(each));
    if (type.access) found.push(fn(type.access));
    if (type.projection) {
      const [by, result] = [flipped(type.projection.by), same(type.projection.result)];
      found.push({ kind: "projection", by, result, span });
    }
    if (type.record) {
      const rest = type.record.rest && same(type.record.rest);
      found.push({ kind: "object", fields: fields(type.record.fields), rest, open: false, span });
    }
    if (type.open)
      found.push({ kind: "object", fields: fields(type.open), rest: null, open: true, span });
    for (const items of type.tuples?.values() ?? [])
      found.push({ kind: "tuple", items: items.map(same), span });
    for (const { of, minus } of type.differences ?? [])
      found.push(...this.#difference(type, same(of), same(minus), positive));
    return consolidate(type, found, positive);
  }

  /** Remembers what a name stands for, for what is taken away from it. */
  #meaning(text: string, positive: boolean, made: TypeExpr): void {
    const stands = this.canonical.aliases.get(aliasKey(text, positive));
    const key = aliasKey(printType(made), positive);
    if (!stands || this.#meanings.has(key)) return;
    this.#meanings.set(key, made);
    this.#meanings.set(key, this.of(stands, positive, new Set()));
  }

  #difference(type: Coalesced, of: TypeExpr, minus: TypeExpr, positive: boolean): TypeExpr[] {
    const members = (each: TypeExpr): readonly TypeExpr[] =>
      each.kind === (positive ? "union" : "intersection") ? each.members : [each];
    const taken = new Set(members(minus).map(printType));
    const isTaken = (each: TypeExpr): boolean =>
      each.kind === "union" || each.kind === "intersection"
        ? each.members.some(isTaken)
        : taken.has(printType(each));
    const params: string[] = [];
    const left = (each: TypeExpr): readonly TypeExpr[] => {
      if (isTaken(each)) return [];
      const text = printType(each);
      const stands = this.#meanings.get(aliasKey(text, positive));
      if (!stands) {
        if (this.#params.has(text)) params.push(text);
        return [each];
      }
      const all = members(stands);
      const kept = all.flatMap(left);
      const same =
        kept.length === all.length && kept.every((one, i) => printType(one) === printType(all[i]!));
      return same ? [each] : kept;
    };
    const result = consolidate(type, members(of).flatMap(left), positive);
    if (result.kind === "never") return [];
    return params.length ? [{ kind: "difference", of: result, minus, span }] : [result];
  }
}

/** One type of several; null comes last. */
function consolidate(type: Coalesced, all: readonly TypeExpr[], positive: boolean): TypeExpr {
  if (type.poisoned) return positive ? HOLE : ANY;
  const isNull = (each: TypeExpr): boolean => each.kind === "named" && each.name.text === "Null";
  let members = withoutDuplicates([
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
  return new Showing(solver, simple).of(simple.type, positive, new Set());
}

/** A type as the server prints it. */
export function show(solver: Solver, type: Type, positive: boolean): string {
  return printType(typeExprOf(solver, type, positive));
}
