import type { Binding, Expr, Name } from "../ast";
import { BaseParser } from "./base-parser";
import { numberLiteral } from "./numbers";
import { ParseFailure } from "./scanner";
import { doubleQuoted, heredoc, singleQuoted } from "./strings";
import type { Remark } from "../summary";

/** Literals, strings, arrays, objects and blocks. */
export abstract class LiteralParser extends BaseParser {
  protected literal(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    const hole = scan.holes.get(start);
    if (hole) {
      scan.at += hole.length;
      return { kind: "value", value: hole.value, span: scan.span(start), given: true };
    }
    if (scan.keyword("null")) return { kind: "null", span: scan.span(start) };
    if (scan.keyword("true")) return { kind: "value", value: true, span: scan.span(start) };
    if (scan.keyword("false")) return { kind: "value", value: false, span: scan.span(start) };
    const number = numberLiteral(scan);
    if (number) scan.cut();
    if (number) return { kind: "value", value: number, span: scan.span(start) };
    return this.string();
  }

  protected string(): Expr | null {
    const { scan } = this;
    const start = scan.at;
    if (scan.peek("'")) {
      const text = singleQuoted(scan);
      return text === null ? null : { kind: "value", value: text, span: scan.span(start) };
    }
    const inner = (): Expr => this.expression(false);
    const parts = scan.peek('"')
      ? doubleQuoted(scan, inner)
      : scan.peek("<<")
        ? heredoc(scan, inner)
        : null;
    if (!parts) return null;
    if (parts.length <= 1 && typeof (parts[0] ?? "") === "string") {
      return {
        kind: "value",
        value: (parts[0] as string | undefined) ?? "",
        span: scan.span(start),
      };
    }
    return { kind: "template", parts, span: scan.span(start) };
  }

  protected bracketed(): Expr | null {
    const { scan } = this;
    if (scan.peek("{")) return this.objectOrBlock();
    if (!scan.peek("[")) return null;
    const start = scan.at;
    scan.take("[");
    scan.nl();
    if (scan.peek(",")) {
      // An array without elements may still have its last comma.
      scan.at++;
      scan.nl();
      scan.need("]");
      return { kind: "array", items: [], span: scan.span(start) };
    }
    const items = this.list("]", "", false, true);
    this.close("]", "", items.length > 0 && !this.afterComma());
    return { kind: "array", items, span: scan.span(start) };
  }

  protected objectOrBlock(): Expr {
    const { scan } = this;
    const start = scan.at;
    scan.take("{");
    scan.nl();
    if (scan.take("}")) return { kind: "object", fields: [], span: scan.span(start) };
    const first = scan.at;
    if (this.startsField()) {
      const fields = this.fields();
      scan.need("}");
      return { kind: "object", fields, span: scan.span(start) };
    }
    const opened = scan.cutAt;
    scan.cutAt = -1;
    const body = this.statements("block");
    const at = scan.cutAt < 0 ? first : scan.at;
    scan.cutAt = opened;
    if (!scan.peek("}")) throw new ParseFailure(at, at === first ? "`}` or expression" : "`}`");
    scan.need("}");
    return { kind: "block", body, span: scan.span(start) };
  }

  protected fieldName(): Name | null {
    const { scan } = this;
    const start = scan.at;
    if (scan.peek("'")) {
      const text = singleQuoted(scan);
      return text === null ? null : { text, span: scan.span(start) };
    }
    if (!scan.peek('"')) return scan.plainName();
    const parts = doubleQuoted(scan, () => this.expression(false));
    if (!parts) return null;
    if (!parts.every((part) => typeof part === "string")) return this.interpolatedKey(start);
    return { text: parts.join(""), span: scan.span(start) };
  }

  private interpolatedKey(start: number): never {
    const { scan } = this;
    const at = scan.text.indexOf("#{", start);
    const end = scan.text.indexOf("}", at) + 1;
    const remarks: Remark[] = [
      {
        label: "hint",
        message: "Add a backslash to ignore the interpolation",
        span: scan.span(at, at),
        insert: "\\",
      },
      {
        label: "hint",
        message: "Use Object.fromEntries if you need a dynamic key",
        span: scan.span(start),
      },
    ];
    scan.cut();
    return scan.fail("Object keys do not support interpolation", scan.span(at + 2, end - 1), {
      remarks,
    });
  }

  protected startsField(): boolean {
    const { scan } = this;
    const [start, cut] = [scan.at, scan.cutAt];
    const name = this.scan.attempt(() => this.fieldName());
    scan.ws();
    const found = name !== null && scan.peek(":");
    [scan.at, scan.cutAt] = [start, cut];
    return found;
  }

  protected fields(): Binding[] {
    const { scan } = this;
    const fields: Binding[] = [];
    while (this.startsField()) {
      const name = this.fieldName()!;
      scan.ws();
      scan.need(":");
      scan.nl();
      const value = this.expression(false);
      const first = fields.find((field) => field.name.text === name.text);
      if (first) {
        const remarks = [
          { label: "hint", message: "Key originally used here", span: first.name.span } as const,
        ];
        scan.error("Duplicate key", name.span, { remarks });
      }
      fields.push({ name, value });
      if (!scan.peek(",")) break;
      scan.at++;
      scan.nl();
    }
    return fields;
  }
}
