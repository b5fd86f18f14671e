import type { Name } from "../fql/ast";
import type { Span } from "../fql/source";
import type { Diagnostic, Remark } from "../fql/summary";
import { isUnreservedIdentifier } from "../fql/parser/scanner";
import type { FslNode, NodeValue } from "./fsl-nodes";

type Kind = NodeValue["kind"];
type Of<K extends Kind> = Extract<NodeValue, { kind: K }>;

const EXPECTED: Readonly<Record<Exclude<Kind, "invalid">, string>> = {
  block: "Expected a block",
  paths: "Expected an array of terms",
  expression: "Expected an expression literal",
  field: "Expected a field definition",
  function: "Expected a function definition",
  migration: "Only migrations are allowed in migration blocks",
};

/** What is wrong with the declarations of a file. */
export class Report {
  readonly errors: Diagnostic[] = [];

  fail(message: string, span: Span, remarks: readonly Remark[] = []): void {
    this.errors.push({ level: "error", message, span, remarks });
  }

  /** The same with a remark right at the place. */
  note(message: string, span: Span, annotation: string): void {
    this.errors.push({ level: "error", message, span, annotation });
  }

  /** The value of a node, of the kind that it must have. */
  value<K extends keyof typeof EXPECTED>({ value, span }: FslNode, kind: K): Of<K> | null {
    if (!value) this.fail("Missing required value", span);
    else if (value.kind === kind) return value as Of<K>;
    else this.fail(EXPECTED[kind], value.span);
    return null;
  }

  unnamed({ name }: FslNode): void {
    if (name) this.fail("Name is not allowed here", name.span);
  }

  name({ name, keyword }: FslNode): Name | null {
    if (!name) this.fail("Missing required name", keyword.span);
    return name;
  }

  identifier(node: FslNode): Name | null {
    const name = this.name(node);
    if (!name || isUnreservedIdentifier(name.text)) return name;
    this.fail(`Invalid identifier \`${name.text}\``, name.span);
    return null;
  }
}

/** Refuses the second of two things with one name. */
export class Once {
  readonly #known = new Map<string, Span>();

  constructor(
    readonly report: Report,
    readonly what: string,
    readonly hint = "Originally defined here",
  ) {}

  /** `shown` is the name as messages show it, if they do. */
  check(key: string, span: Span, shown = ` \`${key}\``): void {
    const original = this.#known.get(key);
    if (!original) this.#known.set(key, span);
    else
      this.report.fail(`Duplicate ${this.what}${shown}`, span, [
        { label: "hint", message: this.hint, span: original },
      ]);
  }
  name({ text, span }: Name): void {
    this.check(text, span);
  }
}
