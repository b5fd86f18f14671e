import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

import { blocksOf } from "./compile-blocks";
import { documents, read, root } from "./documents";

/** A query as it is written somewhere, in the form in which a driver sends it. */
export interface QueryText {
  /** Where it begins: `docs/live.md:14`. */
  readonly place: string;
  readonly fql: readonly (string | { readonly value: unknown })[];
}

/** Values that are no text, by what stands for them. */
const VALUES: Readonly<Record<string, unknown>> = { done: true };

const valueOf = (expression: ts.Expression): { value: unknown } => ({
  value: VALUES[expression.getText()] ?? "1",
});

function partsOf(template: ts.TemplateLiteral): QueryText["fql"] {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return [template.text];
  const spans = template.templateSpans.flatMap(({ expression, literal }) => [
    valueOf(expression),
    literal.text,
  ]);
  return [template.head.text, ...spans];
}

/** The templates `fql` in the code of a file. */
function templatesIn(file: string, code: string): QueryText[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: QueryText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "fql") {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${file}:${line + 1}`, fql: partsOf(node.template) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The blocks of FQL in a document. */
function fqlBlocks(document: string): QueryText[] {
  const text = read(document);
  return [...text.matchAll(/^( *)```fql\n([^]*?)^ *```$/gm)].map(({ index, 2: code = "" }) => ({
    place: `${document}:${text.slice(0, index).split("\n").length + 1}`,
    fql: [code],
  }));
}

const EXAMPLES = ["examples/todo", "examples/next/src", "examples/react-router/app"];

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes("node_modules"))
    .map((name) => `${folder}/${name}`);
}

/** All queries of README, docs and examples. */
export const queryTexts: readonly QueryText[] = [
  ...documents.flatMap((document) => [
    ...blocksOf(document).flatMap(({ code }) => templatesIn(document, code)),
    ...fqlBlocks(document),
  ]),
  ...EXAMPLES.flatMap(sourcesIn).flatMap((file) =>
    templatesIn(file, readFileSync(join(root, file), "utf8")),
  ),
];
