import type { Expr, Name, TypeExpr, TypeField, TypeParam } from "../ast";
import type { Span } from "../source";
import type { NumberValue } from "../values/value";
import { numberLiteral } from "./numbers";
import { ParseFailure, type Scanner } from "./scanner";
import { doubleQuoted, singleQuoted } from "./strings";

const TYPE_NAME = /[a-zA-Z_](?:\.?[a-zA-Z0-9_'])*/y;

const ELEMENT = /[\w"'[{(+-]/y;
const MEMBER = /\.\.\.|\*|["']|\w+[ \t]*:/y;

/** What is expected, in the order of the server's messages. */
function oneOf(expected: readonly string[]): string {
  const all = [...expected].sort();
  return all.length < 3 ? all.join(" or ") : `${all.slice(0, -1).join(", ")}, or ${all.at(-1)!}`;
}

/** Reads types: `Array<Int> | Null`, `{ a: String?, *: Any }`, `(x: A, ...Any) => A`. */
class TypeReader {
  constructor(
    readonly scan: Scanner,
    /** Reads what a field is by default; without it there are no defaults. */
    readonly initial: (() => Expr) | null,
  ) {}

  /** A type; newlines behind it are left alone. */
  type(): TypeExpr {
    const first = this.#union();
    if (!this.scan.take("=>")) return first.type ?? this.#notArguments(first);
    this.scan.nl();
    const result = this.type();
    const span = this.scan.span(first.span.start, result.span.end);
    const params = first.type ? paramsOf(first.type) : first.params!;
    return { kind: "function", params, rest: first.rest ?? null, result, span };
  }

  #union(): Operand {
    return this.#chain("|", "union", () => this.#chain("&", "intersection", () => this.#operand()));
  }

  #chain(sign: string, kind: "union" | "intersection", next: () => Operand): Operand {
    const { scan } = this;
    const first = next();
    if (!scan.peek(sign)) return first;
    const members = [first.type ?? this.#notArguments(first)];
    while (scan.take(sign)) {
      scan.nl();
      const member = next();
      members.push(member.type ?? this.#notArguments(member));
    }
    const span = scan.span(first.span.start, members[members.length - 1]!.span.end);
    return { type: { kind, members, span }, span };
  }

  #operand(): Operand {
    const { scan } = this;
    const base = this.#primary();
    scan.ws();
    let { type } = base;
    while (type && scan.peek("?")) {
      const at = scan.at;
      scan.take("?");
      const mark = scan.span(at);
      scan.ws();
      type = { kind: "nullable", of: type, mark, span: scan.span(type.span.start, mark.end) };
    }
    return type ? { type, span: type.span } : base;
  }

  #primary(): Operand {
    const { scan } = this;
    const start = scan.at;
    if (scan.peek("(")) return this.#parentheses();
    const type =
      this.#object() ?? this.#tuple() ?? this.#literal() ?? this.#named() ?? this.#missing(start);
    return { type, span: type.span };
  }

  #missing(at: number): never {
    throw new ParseFailure(at, "type");
  }
  #notArguments({ params = [] }: Operand): never {
    const named = params.find(({ name }) => name)?.name;
    return named
      ? this.scan.fail("Only lambda argument types may be named", named.span)
      : this.#missing(this.scan.at);
  }

  #literal(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    const made = (value: string | boolean | bigint | number): TypeExpr => ({
      kind: "literal",
      value,
      span: scan.span(start),
    });
    if (scan.keyword("true")) return made(true);
    if (scan.keyword("false")) return made(false);
    if (scan.peek("'")) return made(singleQuoted(scan) ?? "");
    if (scan.peek('"')) {
      const parts = doubleQuoted(scan, () =>
        scan.fail("Expected type", scan.span(scan.at, scan.at + 1)),
      );
      return made(plain(parts));
    }
    const number = numberLiteral(scan);
    return number && made(numberOf(number));
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
    if (!scan.take("<")) {
      scan.typeNameAt = scan.at;
      return { kind: "named", name, args: [], span };
    }
    scan.nl();
    const args = this.#list(">", () => this.type());
    return { kind: "named", name, args, span: scan.span(start) };
  }

  /** Elements up to the closing sign. Commas part them; with `lines`, so do semicolons and newlines. */
  #list<T>(close: string, element: () => T, lines = false): T[] {
    const { scan } = this;
    const all: T[] = [];
    scan.nl();
    const own = close === ">" ? '">"' : `\`${close}\``;
    let expected = lines ? [own] : [own, "`,`"];
    while (!scan.peek(close) && this.#goesOn(close)) {
      all.push(element());
      const before = scan.at;
      expected = [own, "`,`", ...(!lines && before === scan.typeNameAt ? ["`<`"] : [])];
      scan.nl();
      const parted = scan.peek(",") || (lines && scan.peek(";"));
      if (parted) scan.at++;
      else if (!lines || !scan.text.slice(before, scan.at).includes("\n")) break;
      expected = [own];
      scan.nl();
    }
    scan.need(close, oneOf(expected));
    return all;
  }

  /** Whether there is another element: where none begins, tuples and objects are over. */
  #goesOn(close: string): boolean {
    const first = { "]": ELEMENT, "}": MEMBER }[close];
    if (!first) return true;
    first.lastIndex = this.scan.at;
    return first.test(this.scan.text);
  }

  #tuple(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("[")) return null;
    const items = this.#list("]", () => this.type());
    return { kind: "tuple", items, span: scan.span(start) };
  }

  #object(): TypeExpr | null {
    const { scan } = this;
    const start = scan.at;
    if (!scan.take("{")) return null;
    const fields: TypeField[] = [];
    let rest: TypeExpr | null = null;
    let open = false;
    const member = (): void => {
      if (scan.take("...")) open = true;
      else if (scan.take("*")) {
        this.#colon();
        rest = this.type();
      } else fields.push(this.#field());
    };
    this.#list("}", member, true);
    return { kind: "object", fields, rest, open, span: scan.span(start) };
  }

  #colon(): void {
    this.scan.ws();
    this.scan.need(":");
    this.scan.nl();
  }

  #field(): TypeField {
    const name = this.#fieldName();
    this.#colon();
    const type = this.type();
    this.scan.ws();
    if (!this.initial || !this.scan.take("=")) return { name, type };
    this.scan.nl();
    return { name, type, initial: this.initial() };
  }

  #fieldName(): Name {
    const { scan } = this;
    const start = scan.at;
    const quoted = scan.peek("'")
      ? singleQuoted(scan)
      : scan.peek('"')
        ? plain(doubleQuoted(scan, () => this.#missing(scan.at)))
        : undefined;
    if (typeof quoted === "string") return { text: quoted, span: scan.span(start) };
    return scan.plainName() ?? this.#missing(start);
  }

  /** `(T)`, `(T, T)`, or what a function takes: `(x: T, ...T)`. */
  #parentheses(): Operand {
    const { scan } = this;
    const start = scan.at;
    scan.take("(");
    const all = this.#list(")", () => {
      const name = this.#paramName();
      const variadic = scan.take("...");
      if (variadic) scan.nl();
      return { name, variadic, type: this.type() };
    });
    const params = all.filter(({ variadic }) => !variadic);
    const rest = all.find(({ variadic }) => variadic) ?? null;
    const span = scan.span(start);
    if (rest || params.some(({ name }) => name)) return { params, rest, span };
    const items = params.map(({ type }) => type);
    // What stands in parentheses keeps its own place.
    const type: TypeExpr = items.length === 1 ? items[0]! : { kind: "tuple", items, span };
    return { type, span };
  }

  #paramName(): Name | null {
    const { scan } = this;
    const start = scan.at;
    const name = scan.plainName();
    scan.nl();
    if (name && scan.take(":")) {
      scan.nl();
      return name;
    }
    scan.at = start;
    return null;
  }
}

/** A type, or what may only stand before `=>`. */
interface Operand {
  readonly type?: TypeExpr;
  readonly params?: readonly TypeParam[];
  readonly rest?: TypeParam | null;
  readonly span: Span;
}

/** A text without interpolation, which types do not have. */
function plain(parts: readonly (string | Expr)[] | null): string {
  return (parts ?? []).filter((part) => typeof part === "string").join("");
}

function numberOf(number: NumberValue): bigint | number {
  return number.kind === "double" ? number.value : BigInt(number.value);
}

/** `[A, B] => C` takes two, `A => B` one. */
function paramsOf(type: TypeExpr): TypeParam[] {
  const types = type.kind === "tuple" ? type.items : [type];
  return types.map((each) => ({ name: null, type: each }));
}

/** A type; newlines behind it are left alone. With `initial`, its parts may have defaults. */
export function bareType(scan: Scanner, initial: (() => Expr) | null = null): TypeExpr {
  return new TypeReader(scan, initial).type();
}

/** A type annotation, and the white space behind it. */
export function typeExpression(scan: Scanner): TypeExpr {
  const type = bareType(scan);
  scan.nl();
  return type;
}
