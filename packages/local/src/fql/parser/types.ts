import type { Expr, Name, TypeExpr, TypeParam } from "../ast";
import type { Span } from "../source";
import { integerLiteral } from "./numbers";
import { KEYWORDS, oneOf, ParseFailure, type Scanner } from "./scanner";
import { doubleQuoted, singleQuoted } from "./strings";
import { refuseDefaults } from "./type-defaults";
import { membersOf, type ListForm } from "./type-list";
import { objectType, type Member } from "./type-members";

const TYPE_NAME = /[a-zA-Z_](?:\.?[a-zA-Z0-9_'])*/y;

/** A type, or what may only stand before `=>`. */
type Operand = TypeExpr | Arguments;

/** What a function takes: `(x: T, ...T)`. */
interface Arguments {
  readonly kind: "arguments";
  readonly params: readonly TypeParam[];
  readonly rest: TypeParam | null;
  readonly span: Span;
}

/** Reads types: `Array<Int> | Null`, `{ a: String?, *: Any }`, `(x: A, ...Any) => A`. */
class TypeReader {
  /** Where a name ends that arguments might follow. */
  #nameEnd = -1;
  /** Where a name ends that might be a parameter's. */
  #paramEnd = -1;

  constructor(
    readonly scan: Scanner,
    /** Reads what a field is by default. */
    readonly initial: () => Expr,
  ) {}

  /** A type; newlines behind it are left alone. */
  type(): TypeExpr {
    const first = this.#union();
    if (!this.scan.take("=>")) return this.#alone(first);
    this.scan.nl();
    const result = this.type();
    const span = this.scan.span(first.span.start, result.span.end);
    const params = first.kind === "arguments" ? first.params : paramsOf(first);
    const rest = first.kind === "arguments" ? first.rest : null;
    return { kind: "function", params, rest, result, span };
  }

  /** What could have stood where a type has just been read, besides this. */
  expected(others: readonly string[]): string {
    const { at } = this.scan;
    const more = [
      ...(at === this.#nameEnd ? ["`<`"] : []),
      ...(at === this.#paramEnd ? ["`:`"] : []),
    ];
    return oneOf([...others, ...more]);
  }

  #union(): Operand {
    return this.#chain("|", "union", () => this.#chain("&", "intersection", () => this.#operand()));
  }

  #chain(sign: string, kind: "union" | "intersection", next: () => Operand): Operand {
    const { scan } = this;
    const first = next();
    if (!scan.peek(sign)) return first;
    const members = [this.#alone(first)];
    while (scan.take(sign)) {
      scan.nl();
      members.push(this.#alone(next()));
    }
    const span = scan.span(first.span.start, members[members.length - 1]!.span.end);
    return { kind, members, span };
  }

  #operand(): Operand {
    const { scan } = this;
    let found = this.#primary();
    scan.ws();
    while (scan.peek("?")) {
      const of = this.#alone(found);
      const at = scan.at;
      scan.take("?");
      const mark = scan.span(at);
      scan.ws();
      found = { kind: "nullable", of, mark, span: scan.span(of.span.start, mark.end) };
    }
    return found;
  }

  #primary(): Operand {
    const { scan } = this;
    if (scan.peek("(")) return this.#parentheses();
    return this.#object() ?? this.#tuple() ?? this.#literal() ?? this.#named() ?? this.#missing();
  }

  #missing(): never {
    throw new ParseFailure(this.scan.at, "type");
  }

  /** The type, where no arguments may stand. */
  #alone(found: Operand): TypeExpr {
    if (found.kind !== "arguments") return found;
    for (const { name } of found.params)
      if (name) this.scan.error("Only lambda argument types may be named", name.span);
    if (found.rest) this.scan.error("Invalid variadic argument", found.rest.type.span);
    return { kind: "any", span: found.span };
  }

  #literal(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    const made = (value: string | boolean | bigint): TypeExpr => ({
      kind: "literal",
      value,
      span: scan.span(start),
    });
    if (scan.keyword("true")) return made(true);
    if (scan.keyword("false")) return made(false);
    const value = quoted(scan) ?? integerLiteral(scan);
    return value === null ? null : made(value);
  }

  #named(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    TYPE_NAME.lastIndex = start;
    const text = TYPE_NAME.exec(scan.text)?.[0];
    if (text === undefined) return null;
    scan.at += text.length;
    const span = scan.span(start);
    if (text === "Any" || text === "Never") return { kind: text === "Any" ? "any" : "never", span };
    const name: Name = { text, span };
    this.#nameEnd = scan.at;
    if (!scan.take("<")) return { kind: "named", name, args: [], span };
    scan.nl();
    const args = this.#list({ close: ">", needsOne: true }, () => this.type());
    return { kind: "named", name, args, span: scan.span(start) };
  }

  #list<T extends object>(form: ListForm, member: () => T): T[] {
    return membersOf(this.scan, form, member, (others) => this.expected(others));
  }

  #tuple(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("[")) return null;
    const items = this.#list({ close: "]" }, () => this.type());
    return { kind: "tuple", items, span: scan.span(start) };
  }

  #object(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("{")) return null;
    const members = this.#list({ close: "}", lines: true }, () => this.#member());
    return objectType(scan, members, scan.span(start));
  }

  #member(): Member {
    const { scan } = this;
    const start = scan.at;
    if (scan.take("...")) return { kind: "open", span: scan.span(start) };
    if (!scan.peek("*")) return this.#field();
    scan.at++;
    this.#colon();
    const type = this.type();
    return { kind: "wildcard", type, span: scan.span(start, type.span.end) };
  }

  #colon(): void {
    this.scan.ws();
    this.scan.need(":");
    this.scan.nl();
  }

  #field(): Member {
    const { scan } = this;
    const start = scan.at;
    const name = this.#fieldName();
    this.#colon();
    const type = this.type();
    scan.ws();
    const hasInitial = scan.take("=");
    if (hasInitial) scan.nl();
    const initial = hasInitial ? this.initial() : null;
    const span = scan.span(start, (initial ?? type).span.end);
    return { kind: "field", field: initial ? { name, type, initial } : { name, type }, span };
  }

  #fieldName(): Name {
    const { scan } = this;
    const start = scan.at;
    const text = quoted(scan);
    if (text !== null) return { text, span: scan.span(start) };
    return scan.plainName() ?? this.#missing();
  }

  /** `(T)`, `(T, T)`, or what a function takes. */
  #parentheses(): Operand {
    const { scan } = this;
    const start = scan.at;
    scan.take("(");
    const all = this.#list({ close: ")" }, () => {
      const name = this.#paramName();
      const variadic = scan.take("...");
      if (variadic) scan.nl();
      return { name, variadic, type: this.type() };
    });
    const last = all[all.length - 1];
    const rest = last?.variadic ? last : null;
    const params = all.filter(({ variadic }) => !variadic);
    for (const { variadic, type } of all.slice(0, -1))
      if (variadic) scan.error("Invalid variadic argument", type.span);
    const span = scan.span(start);
    if (rest || params.some(({ name }) => name)) return { kind: "arguments", params, rest, span };
    const items = params.map(({ type }) => type);
    // What stands in parentheses keeps its own place.
    return items.length === 1 ? items[0]! : { kind: "tuple", items, span };
  }

  #paramName(): Name | null {
    const { scan } = this;
    const start = scan.at;
    const name = scan.plainName();
    this.#paramEnd = scan.at;
    if (name && scan.take(":")) {
      if (KEYWORDS.has(name.text)) scan.invalidName(name);
      scan.nl();
      return name;
    }
    scan.at = start;
    return null;
  }
}

/** A text in quotes without interpolation, which types do not have; null when there is none, or it does not end. */
function quoted(scan: Scanner): string | null {
  if (scan.peek("'")) return singleQuoted(scan);
  const parts = scan.peek('"') ? doubleQuoted(scan, null) : null;
  return parts && parts.filter((part) => typeof part === "string").join("");
}

/** `[A, B] => C` takes two, `A => B` one. */
function paramsOf(type: TypeExpr): TypeParam[] {
  const types = type.kind === "tuple" ? type.items : [type];
  return types.map((each) => ({ name: null, type: each }));
}

/** The type of a field, parts of which may have defaults; newlines behind it are left alone. */
export function fieldType(scan: Scanner, initial: () => Expr): TypeExpr {
  return new TypeReader(scan, initial).type();
}

/** A type without defaults; newlines behind it are left alone. */
export function plainType(scan: Scanner, initial: () => Expr): TypeExpr {
  const type = fieldType(scan, initial);
  refuseDefaults(scan, type);
  return type;
}

/** A type annotation with the sign behind it. */
export function annotation(scan: Scanner, initial: () => Expr, sign: string): TypeExpr {
  const reader = new TypeReader(scan, initial);
  const type = reader.type();
  refuseDefaults(scan, type);
  scan.nl();
  scan.need(sign, reader.expected([`\`${sign}\``]));
  return type;
}
