import { print, printLambda, printFieldType } from "../fql/printer";
import type { Expr } from "../fql/ast";
import type { Span } from "../fql/source";
import { isPlainName, quote } from "../fql/quote";
import { lambdaOf } from "./fsl-lambda";
import type { FslNode, NodeValue } from "./fsl-nodes";

export type Category = "computed" | "index" | "constraint" | "configuration";

/** A part of an item that changes on its own: an annotation, a field, a member, or a member of a member. */
export interface Element {
  /** What it is called in FSL. */
  readonly kind: string;
  readonly is: "annotation" | "field" | "member";
  readonly name: string | null;
  /** The same for the part as it was and as it is to be. */
  readonly id: string;
  readonly category: Category | null;
  readonly span: Pick<Span, "start" | "end">;
  /** Where its value is written; null if it has none. */
  readonly config: Pick<Span, "start" | "end"> | null;
  /** Its value, written as the server writes it; what is equal is the same. */
  readonly value: string;
  readonly type: { readonly text: string; readonly span: Pick<Span, "start" | "end"> } | null;
  /** The members in its block, if it has one. */
  readonly members: readonly Element[] | null;
}

/** Members of an item in the order in which the server keeps them. */
const ORDER = [
  ..."index unique check history_days ttl_days document_ttls migrations".split(" "),
  ..."privileges membership issuer jwks_uri role".split(" "),
];
const CATEGORIES: Readonly<Record<string, Category | null>> = {
  index: "index",
  unique: "constraint",
  check: "constraint",
  migrations: null,
};

function expression(expr: Expr): string {
  const lambda = lambdaOf(expr);
  return lambda ? `(${printLambda(lambda)})` : print(expr);
}

/** `asc(.a)` is `.a`. */
function path(expr: Expr): string {
  return print(expr).replace(/^asc\((.*)\)$/, "$1");
}

function valueText(value: NodeValue | null): string {
  switch (value?.kind) {
    case "paths":
      return `[${value.items.map(path).join(", ")}]`;
    case "expression":
      return expression(value.expr);
    case "block":
      return value.items.map((item) => `${item.keyword.text} ${valueText(item.value)}`).join("\n");
    case "migration":
      return [...value.paths.map(print), ...(value.value ? [print(value.value)] : [])].join(" ");
    default:
      return "";
  }
}

/** A block holds members of its own, unless all it holds is a predicate. */
function membersOf(value: NodeValue | null): readonly Element[] | null {
  if (value?.kind !== "block") return null;
  return value.items.some(({ keyword }) => keyword.text === "predicate")
    ? null
    : value.items.map(memberOf);
}

function memberOf(node: FslNode): Element {
  const { keyword, name, value, span } = node;
  const kind = keyword.text;
  const text = valueText(value);
  const members = kind === "migrations" ? null : membersOf(value);
  return {
    kind,
    is: "member",
    name: name?.text ?? null,
    id: `${kind} ${kind === "unique" ? text : (name?.text ?? "")}`,
    category: kind in CATEGORIES ? CATEGORIES[kind]! : "configuration",
    span,
    config: value && value.span,
    value: text,
    type: null,
    members,
  };
}

function fieldOf({ keyword, name, value }: FslNode): Element {
  if (value?.kind !== "field") throw new TypeError("no field");
  const { computed, type, value: initial, span } = value;
  const isWildcard = name?.text === "*";
  const kind = computed ? "compute" : isWildcard ? "wildcard" : "field";
  return {
    kind,
    is: "field",
    name: name?.text ?? null,
    id: `${kind} ${name?.text ?? ""}`,
    category: computed ? "computed" : null,
    span: { start: Math.min(keyword.span.start, span.start), end: span.end },
    config: initial && initial.span,
    value: initial ? (computed ? expression(initial) : print(initial)) : "",
    type: type && { text: printFieldType(type), span: type.span },
    members: null,
  };
}

/** The annotations, fields and members of an item. */
export function elementsOf(node: FslNode): {
  readonly annotations: readonly Element[];
  readonly fields: readonly Element[];
  readonly members: readonly Element[];
} {
  const annotations = node.annotations.map(({ keyword, value, span }): Element => ({
    kind: keyword,
    is: "annotation",
    name: null,
    id: keyword,
    category: "configuration",
    span,
    config: value.span,
    value: isPlainName(value.text) ? value.text : quote(value.text),
    type: null,
    members: null,
  }));
  const items = node.value?.kind === "block" ? node.value.items : [];
  const members = items.filter(({ value }) => value?.kind !== "field").map(memberOf);
  members.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const fields = items.filter(({ value }) => value?.kind === "field").map(fieldOf);
  return { annotations, fields, members };
}
