import type { Expr, Name, TypeExpr } from "../fql/ast";
import { isReservedField } from "../fql/model/document-fields";
import { print, printFieldType } from "../fql/printer";
import type { CollectionSchema, ComputedField, DefinedField, IndexTerm } from "../types/schema";
import { lambdaOf, predicateText } from "./fsl-lambda";
import { migrations } from "./fsl-migrations";
import type { FslNode } from "./fsl-nodes";
import { indexPath, type IndexPath } from "./fsl-paths";
import { Once, type Report } from "./fsl-report";

type Fields = Record<string, unknown>;
/** A collection while its members are read: its document, and what of it has types. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the members of a collection. */
export class CollectionReader {
  readonly fields: Fields = {};
  readonly #defined = new Map<string, DefinedField>();
  readonly #computed = new Map<string, ComputedField>();
  readonly #indexes = new Map<string, readonly IndexTerm[]>();
  readonly #checks: Expr[] = [];
  readonly #paths: { readonly index: Expr[]; readonly unique: Expr[] } = { index: [], unique: [] };
  readonly #names: Readonly<Record<"field" | "index" | "check" | "unique" | "member", Once>>;
  readonly schema: Draft<CollectionSchema>;

  constructor(
    readonly report: Report,
    { text: name, span }: Name,
    alias: string | null,
  ) {
    const once = (what: string, hint?: string): Once => new Once(report, what, hint);
    this.#names = {
      field: once("field"),
      index: once("index name"),
      check: once("check constraint name"),
      unique: once("unique constraint.", "This unique constraint covers the same fields."),
      member: once(""),
    };
    this.schema = {
      name,
      span,
      alias,
      fields: this.#defined,
      computed: this.#computed,
      wildcard: null,
      documentTtls: null,
      indexes: this.#indexes,
      checks: this.#checks,
    };
  }

  read(nodes: readonly FslNode[]): void {
    for (const node of nodes) this.#member(node);
    this.schema.paths = [...this.#paths.index, ...this.#paths.unique];
  }

  #member(node: FslNode): void {
    const { text, span } = node.keyword;
    if (isMember(text)) this[MEMBERS[text]](node);
    else this.report.fail(`Invalid field or member \`${text}\``, span);
  }

  #single({ keyword, span }: FslNode, what: string): void {
    this.#names.member.check(keyword.text, span, what);
  }
  #add(group: string, name: string, value: unknown): void {
    this.fields[group] = { ...(this.fields[group] as Fields | undefined), [name]: value };
  }
  #constraint(value: Fields): void {
    const known = this.fields["constraints"] as Fields[] | undefined;
    this.fields["constraints"] = [...(known ?? []), value];
  }

  field(node: FslNode): void {
    const name = node.name?.text === "*" ? node.name : this.report.identifier(node);
    if (!name) return;
    if (isReservedField(name.text)) {
      this.report.fail(`Invalid reserved name \`${name.text}\``, {
        ...node.span,
        start: node.start,
      });
      return;
    }
    this.#names.field.name(name);
    const field = this.report.value(node, "field");
    if (!field) return;
    const { type, value, computed } = field;
    if (computed) this.#computedField(name.text, node, type, value);
    else if (!type) this.report.fail("Expected a type signature", node.span);
    else if (name.text === "*") {
      if (value) this.report.fail("No default allowed for wildcard field", value.span);
      this.fields["wildcard"] = printFieldType(type);
      this.schema.wildcard = type;
    } else {
      this.#defined.set(name.text, { type, initial: value });
      const signature = printFieldType(type);
      this.#add("fields", name.text, { signature, ...(value && { default: print(value) }) });
    }
  }

  #computedField(name: string, node: FslNode, type: TypeExpr | null, value: Expr | null): void {
    const body = lambdaOf(value);
    if (!value) this.report.fail("Computed fields require a value", node.keyword.span);
    else if (!body) this.report.fail("Expected lambda", value.span);
    else {
      this.#computed.set(name, { type, body });
      const signature = type && { signature: printFieldType(type) };
      this.#add("computed_fields", name, { body: predicateText(body), ...signature });
    }
  }

  index(node: FslNode): void {
    const name = this.report.identifier(node);
    if (!name) return;
    this.#names.index.name(name);
    const block = this.report.value(node, "block");
    if (!block) return;
    const lists: { terms?: readonly IndexPath[]; values?: readonly IndexPath[] } = {};
    for (const list of block.items) {
      const { text, span } = list.keyword;
      this.report.unnamed(list);
      if (text === "terms" || text === "values") lists[text] = this.#list(list, text);
      else this.report.fail(`Invalid member \`${text}\``, span);
    }
    const { terms = [], values = [] } = lists;
    this.#indexes.set(name.text, terms);
    this.#paths.index.push(...[...terms, ...values].map(({ expr }) => expr));
    const term = ({ field, mva }: IndexPath): Fields => ({ field, mva });
    const value = ({ field, mva, order }: IndexPath): Fields => ({ field, order, mva });
    this.#add("indexes", name.text, {
      ...(terms.length && { terms: terms.map(term) }),
      ...(values.length && { values: values.map(value) }),
    });
  }

  #list(node: FslNode, kind: "terms" | "values"): readonly IndexPath[] {
    const paths = this.report.value(node, "paths");
    return (paths?.items ?? []).flatMap((item) => indexPath(this.report, item, kind) ?? []);
  }

  unique(node: FslNode): void {
    this.report.unnamed(node);
    const terms = this.#list(node, "terms");
    if (!terms.length) {
      if (node.value)
        this.report.fail("Expected non-empty terms for a unique constraint", node.value.span);
      return;
    }
    const key = new Set(terms.map(({ field, mva }) => `${field} ${mva}`).sort());
    this.#names.unique.check([...key].join(), node.value!.span, "");
    this.#paths.unique.push(...terms.map(({ expr }) => expr));
    this.#constraint({ unique: terms.map(({ field, mva }) => ({ field, mva })) });
  }

  check(node: FslNode): void {
    const name = this.report.identifier(node);
    if (!name) return;
    this.#names.check.name(name);
    const value = this.report.value(node, "expression");
    if (!value) return;
    const body = value.expr.kind === "tuple" ? lambdaOf(value.expr) : null;
    const wrong = "Expected lambda check predicate";
    const unbracketed = "Check constraints require parenthesis around the lambda";
    if (lambdaOf(value.expr) && !body) this.report.note(wrong, value.span, unbracketed);
    else if (!body) this.report.fail(wrong, value.span);
    else {
      this.#checks.push(body);
      this.#constraint({ check: { name: name.text, body: predicateText(body) } });
    }
  }

  migrations(node: FslNode): void {
    this.#single(node, "migration block");
    const found = migrations(this.report, node);
    if (found) this.fields["migrations"] = found;
  }

  setting(node: FslNode): void {
    const name = node.keyword.text;
    this.report.unnamed(node);
    this.#single(node, name.replace("_", " ").replace("ttls", "TTLs"));
    const value = this.report.value(node, "expression");
    if (!value) return;
    const text = print(value.expr);
    const isFlag = name === "document_ttls";
    const isRight = (isFlag ? /^(true|false)$/ : /^-?\d+$/).test(text);
    if (!isRight)
      this.report.fail(`Expected ${isFlag ? "boolean" : "integer"} literal`, value.span);
    else if (isFlag) this.schema.documentTtls = this.fields[name] = text === "true";
    else this.fields[name] = BigInt(text);
  }
}

/** The method that reads a member, by its keyword. */
const MEMBERS = {
  field: "field",
  index: "index",
  unique: "unique",
  check: "check",
  migrations: "migrations",
  history_days: "setting",
  ttl_days: "setting",
  document_ttls: "setting",
} as const;

const isMember = (text: string): text is keyof typeof MEMBERS => Object.hasOwn(MEMBERS, text);
