import type { Expr, Name } from "../fql/ast";
import type { Diagnostic } from "../fql/summary";
import { typeError } from "./failures";
import { freeNames, partsOf } from "./free-names";
import type { CollectionSchema, Schema } from "./schema";

const USE = "Computed fields used in indexes or constraints cannot";

/** What computed fields must keep from whose values an index holds: they are not told when something else changes. */
export function indexedComputedMistakes(schema: Schema): Diagnostic[] {
  return schema.collections.flatMap((collection) =>
    indexedNames(collection).flatMap((name) => {
      const field = collection.computed.get(name);
      return field ? ofField(schema, collection, field.body) : [];
    }),
  );
}

function indexedNames({ paths = [] }: CollectionSchema): string[] {
  return paths.flatMap((path) => {
    const [first] =
      path.kind === "shortLambda" && path.body.kind === "chain" ? path.body.links : [];
    return first?.kind === "field" ? [first.name.text] : [];
  });
}

function ofField(schema: Schema, collection: CollectionSchema, body: Expr): Diagnostic[] {
  const free = freeNames(body).values;
  const uses = (all: readonly { readonly name: string }[], what: string): Diagnostic[] =>
    all.flatMap(({ name }) => {
      const use = free.find(({ text }) => text === name);
      return use ? [typeError(`${USE} ${what}`, use.span)] : [];
    });
  const fields = ownFields(body).flatMap(({ text, span }) => {
    if (collection.computed.has(text)) return [typeError(`${USE} use computed fields`, span)];
    return text === "ts" ? [typeError(`${USE} use a doc's ts field`, span)] : [];
  });
  return [
    ...uses(schema.functions, "call UDFs"),
    ...uses(schema.collections, "access collections"),
    ...fields,
  ];
}

/** Fields of a lambda's first parameter that its body asks for. */
function ownFields(lambda: Expr): Name[] {
  if (lambda.kind !== "lambda" && lambda.kind !== "shortLambda") return [];
  const param = lambda.kind === "lambda" ? (lambda.params[0]?.text ?? null) : null;
  const found: Name[] = [];
  const visit = (expr: Expr): void => {
    if (expr.kind === "chain") {
      const { base, links } = expr;
      const [link] = links;
      const own = base.kind === "this" ? param === null : base.kind === "id" && base.name === param;
      if (own && (link?.kind === "field" || link?.kind === "method")) found.push(link.name);
    }
    for (const part of partsOf(expr)) visit(part);
  };
  visit(lambda.body);
  return found;
}
