import type { Expr, Name, TypeExpr } from "../fql/ast";
import { printLambda } from "../fql/printer";
import type { Remark } from "../fql/summary";
import { printType } from "../fql/print-type";
import type { Declared } from "./fsl-items";
import type { FslNode, NodeValue, Parameter } from "./fsl-nodes";
import type { Report } from "./fsl-report";

type FunctionValue = Extract<NodeValue, { kind: "function" }>;

/** `@role(server) function add(a: Int, b: Int): Number { a + b }` */
export function declareFunction(
  report: Report,
  node: FslNode,
  name: string,
  notes: ReadonlyMap<string, string>,
): Declared | null {
  const found = report.value(node, "function");
  if (!found) return null;
  checkTypes(report, found);
  const { params, body, result } = found;
  const [names, rest] = split(params.map((each) => ({ ...each, of: nameOf(each) })));
  // The server shows it from the comments in front of it on.
  const span = { ...node.span, start: node.documented, end: body.span.end };
  const lambda: Extract<Expr, { kind: "lambda" }> = {
    kind: "lambda",
    params: names.map(({ of }) => of),
    ...(rest && { rest: rest.of }),
    body,
    span,
  };
  const signature = result && signatureOf(found, result);
  return {
    kind: "Function",
    fields: {
      ...Object.fromEntries(notes),
      body: printLambda(lambda),
      ...(signature && { signature: printType(signature) }),
    },
    schema: {
      functions: [{ name, alias: notes.get("alias") ?? null, signature, body: lambda }],
    },
  };
}

function nameOf({ name }: Parameter): Name | null {
  return name.text === "_" ? null : name;
}

/** What a function takes one by one, and what takes the rest. */
function split<P extends Parameter>(params: readonly P[]): [P[], P | null] {
  return [params.filter(({ variadic }) => !variadic), params.find((each) => each.variadic) ?? null];
}

function signatureOf({ params, signature: span }: FunctionValue, result: TypeExpr): TypeExpr {
  const typed = ({ name, type }: Parameter): { name: Name; type: TypeExpr } => ({
    name,
    type: type ?? { kind: "any", span: name.span },
  });
  const [own, rest] = split(params);
  return { kind: "function", params: own.map(typed), rest: rest && typed(rest), result, span };
}

/** All parameters and the result are typed, or nothing is. */
function checkTypes(report: Report, { params, result, close }: FunctionValue): void {
  const [first] = params;
  if (!first) return;
  const because = (message: string, at: Parameter | TypeExpr): Remark[] => [
    { label: "hint", message, span: "variadic" in at ? at.name.span : at.span },
  ];
  const hints = first.type
    ? because("Expecting types due to this type annotation", first.type)
    : because("Expecting no types due to this argument not having a type", first);
  for (const { name, type } of params)
    if ((type === null) !== (first.type === null))
      report.fail("All or no arguments must have a type", name.span, hints);
  if (first.type && !result)
    report.fail("Return type is required when arguments have a type", close, hints);
  if (!first.type && result) {
    const message = "Return type is not allowed when arguments do not have a type";
    report.fail(message, result.span, hints);
  }
}
