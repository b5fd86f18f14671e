import type { Expr, Name, Statement } from "../ast";
import { KEYWORDS, oneOf, ParseFailure, type Scanner } from "./scanner";

/** What all parts of the parser share: lists, names, going back. */
export abstract class BaseParser {
  constructor(readonly scan: Scanner) {}

  /** An expression and the white space behind it. */
  abstract expression(shortLambda: boolean, expected?: string): Expr;

  /** An expression; newlines behind it are left alone. */
  abstract bare(shortLambda: boolean, expected?: string): Expr;

  protected abstract statements(of: "query" | "block"): Statement[];

  protected name(expected: string): Name {
    const name = this.scan.plainName();
    if (!name) throw new ParseFailure(this.scan.at, expected);
    return KEYWORDS.has(name.text) ? this.scan.invalidName(name) : name;
  }

  /** `a, b,` up to the closing bracket; `more` lists what else may stand before it, and `lone` that a comma may. */
  protected list(close: string, more: string, shortLambda: boolean, lone = false): Expr[] {
    const { scan } = this;
    const items: Expr[] = [];
    scan.nl();
    while (!scan.peek(close) && !(more && scan.peek("..."))) {
      const first = lone && !items.length ? ["`,`"] : [];
      items.push(
        this.expression(
          shortLambda,
          `${[...first, `\`${close}\``, ...(more ? [more] : [])].join(", ")}${more || first.length ? "," : ""} or expression`,
        ),
      );
      if (!scan.peek(",")) break;
      scan.at++;
      scan.nl();
    }
    return items;
  }

  protected close(close: string, more: string, some: boolean): void {
    const wanted = some ? [`\`${close}\``, "`,`"] : [`\`${close}\``];
    if (more) wanted.push(more);
    if (!some) wanted.push("expression");
    this.scan.need(close, oneOf(wanted));
  }

  /** Whether the last thing read was a comma. */
  protected afterComma(): boolean {
    return /,\s*$/.test(this.scan.text.slice(0, this.scan.at));
  }
}
