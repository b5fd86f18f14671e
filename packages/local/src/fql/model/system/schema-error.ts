import type { Context } from "../../evaluator/context";
import { SYSTEM_COLLECTIONS } from "../../../store/system";
import { unboundNames } from "../../../types/free-names";
import { parseLambda } from "../../parser";
import { printLambda } from "../../printer";
import { NO_SOURCE, type Source, type Span } from "../../source";
import { summarize, type Diagnostic, type Remark } from "../../summary";
import type { DocVersion } from "../../values/value";
import { globalValue } from "../globals";
import { schemaText } from "../schema-text";

/** Where in the schema's FSL a mistake is: a text in the item of a document. */
export interface SchemaPlace {
  /** The document whose item it is, as it is to be written. */
  readonly in: DocVersion;
  /** A document that is not to be part of the schema any more. */
  readonly without?: DocVersion;
  /** What leads to the text to underline, and the text. */
  readonly after: string;
  readonly at: string;
  /** Which of several such texts, from 0. */
  readonly nth?: number;
  /** An earlier place that explains this one. */
  readonly original?: { readonly message: string; readonly nth: number };
}

/** The nth place where `at`, as a word of its own, follows `after`. */
function find(source: Source, from: number, { after, at }: SchemaPlace, nth: number): Span {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const wanted = new RegExp(`(${literal(after)}(?:[^]*?[^\\w])??)${literal(at)}(?!\\w)`, "g");
  wanted.lastIndex = from;
  let found = wanted.exec(source.text);
  for (let i = 0; found && i < nth; i++) found = wanted.exec(source.text);
  const start = found ? found.index + found[1]!.length : findWord(source, from, literal(at));
  return { source, start, end: start + at.length };
}

/** Where the text is at all: FSL that a person wrote need not be laid out like the server's. */
function findWord({ text }: Source, from: number, pattern: string): number {
  const found = text.slice(from).search(new RegExp(`(?<!\\w)${pattern}(?!\\w)`));
  return from + Math.max(found, 0);
}

function generated(cx: Context, place: SchemaPlace): { source: Source; start: number } {
  const { text, start } = schemaText(cx.db, place.in, place.without);
  return { source: { name: "main.fsl", text }, start };
}

/** A mistake in the schema, shown where it is in FSL. */
export function mistake(cx: Context, message: string, place: SchemaPlace): Diagnostic {
  const { source, start } = cx.schemaItem ?? generated(cx, place);
  const { original } = place;
  const remarks: Remark[] = original
    ? [{ label: "hint", message: original.message, span: find(source, start, place, original.nth) }]
    : [];
  const span = find(source, start, place, place.nth ?? 0);
  return { level: "error", message, span, remarks };
}

/** `invalid_schema` at the innermost call: the server checks the whole schema as one FSL file. */
export function refuseMistakes(cx: Context, mistakes: readonly Diagnostic[]): void {
  if (!mistakes.length) return;
  const shown = mistakes
    .map((each) => summarize([each]))
    .join("\n")
    .replaceAll("\n", "\n    ");
  throw cx.error("invalid_schema", `Invalid database schema update.\n    ${shown}`);
}

const NAMED: ReadonlySet<number> = new Set([
  SYSTEM_COLLECTIONS.Collection,
  SYSTEM_COLLECTIONS.Function,
]);

/** Names that a lambda of the schema uses must exist. `lead` is what stands in front of it in FSL; null for a function. */
export function lambdaMistakes(
  cx: Context,
  version: DocVersion,
  text: string,
  lead: string | null,
): Diagnostic[] {
  const lambda = parseLambda({ ...NO_SOURCE, text });
  // Functions and collections may speak of themselves; a role's name is no name in FQL.
  const own = NAMED.has(version.coll) ? version.data.get("name") : undefined;
  const unbound = unboundNames(
    lambda,
    (name) => name === own || globalValue(cx, name) !== undefined,
  );
  const after = lead === null ? ") {" : lead + printLambda(lambda).slice(0, 1);
  const seen = new Map<string, number>();
  return unbound.map(({ text: at }) => {
    const nth = seen.get(at) ?? 0;
    seen.set(at, nth + 1);
    return mistake(cx, `Unbound variable \`${at}\``, { in: version, after, at, nth });
  });
}
