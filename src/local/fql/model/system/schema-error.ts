import type { Context } from "../../evaluator/context";
import type { QueryError } from "../../errors";
import { summarize } from "../../summary";
import type { DocVersion } from "../../values/value";
import { schemaText } from "../schema-text";

/** Where in the schema's FSL a mistake is: a text in the item of a document. */
export interface SchemaPlace {
  /** The document whose item it is, as it is to be written. */
  readonly in: DocVersion;
  /** A document that is not to be part of the schema any more. */
  readonly without?: DocVersion;
  /** The text to look for in the item, and what of it to underline. */
  readonly mark: string;
  readonly at: string;
  /** Which of several such texts, from 0. */
  readonly nth?: number;
  /** An earlier place that explains this one. */
  readonly original?: { readonly message: string; readonly nth: number };
}

function offsetOf(text: string, from: number, mark: string, at: string, nth: number): number {
  let offset = from - 1;
  for (let i = 0; i <= nth; i++) offset = text.indexOf(mark, offset + 1);
  return offset + mark.indexOf(at);
}

/** `invalid_schema` at the innermost call: the server checks the whole schema as one FSL file. */
export function schemaError(cx: Context, message: string, place: SchemaPlace): QueryError {
  const { text, start } = schemaText(cx.db, place.in, place.without);
  const source = { name: "main.fsl", text };
  const at = offsetOf(text, start, place.mark, place.at, place.nth ?? 0);
  const span = { source, start: at, end: at + place.at.length };
  const first = place.original && offsetOf(text, start, place.mark, place.at, place.original.nth);
  const remarks =
    place.original && first !== undefined
      ? [
          {
            label: "hint" as const,
            message: place.original.message,
            span: { source, start: first, end: first + place.at.length },
          },
        ]
      : [];
  const shown = summarize([{ level: "error", message, span, remarks }]).replaceAll("\n", "\n    ");
  return cx.error("invalid_schema", `Invalid database schema update.\n    ${shown}`);
}
