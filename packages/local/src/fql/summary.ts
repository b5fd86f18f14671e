import { type Source, type Span, NO_SOURCE } from "./source";

/** A remark under an error: a hint, a cause, or a frame of the call trace. */
export interface Remark {
  readonly label: "hint" | "cause" | "trace" | "";
  readonly message: string;
  readonly span: Span;
  /** Text to put in the place of `span`, which is empty where nothing goes away. */
  readonly insert?: string;
}

/** An error, warning or log line with the place it is about. */
export interface Diagnostic {
  readonly level: "error" | "warning" | "info";
  readonly message: string;
  readonly span: Span;
  readonly annotation?: string;
  readonly remarks?: readonly Remark[];
  /** One line without the source: what `log()` prints. */
  readonly short?: boolean;
  /** Nothing but its message. */
  readonly bare?: boolean;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Row {
  readonly prefix: string;
  readonly gutter: string;
  readonly text: string;
}

/** Places after the last visible character are shown at its end. */
function clamp(text: string, span: Span): { start: number; end: number } {
  const past = Math.max(0, span.start - text.length);
  return { start: span.start - past, end: span.end - past };
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
}

function linesWithEnds(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [text];
}

function singleLine(
  line: string,
  at: Position,
  length: number,
  mark: string,
  annotation: string,
): Row[] {
  const under = " ".repeat(at.column - 1) + mark.repeat(length) + (annotation && ` ${annotation}`);
  return [
    { prefix: `${at.line} | `, gutter: "", text: line },
    { prefix: "| ", gutter: "", text: under },
  ];
}

function manyLines(lines: readonly string[], at: Position, length: number, mark: string): Row[] {
  const first = lines[at.line - 1]!;
  const rows: Row[] = [
    { prefix: `${at.line} | `, gutter: "", text: first },
    { prefix: "| ", gutter: " _", text: "_".repeat(at.column - 1) + mark },
  ];
  let rest = length - (first.length - at.column + 1);
  for (let i = at.line; rest > 0 && i < lines.length; i++) {
    rows.push({ prefix: `${i + 1} | `, gutter: "| ", text: lines[i]! });
    const left = rest - lines[i]!.length;
    if (left <= 0 || i + 1 === lines.length) {
      rows.push({ prefix: "| ", gutter: "|_", text: "_".repeat(rest - 1) + "^" });
      break;
    }
    rest = left;
  }
  return rows;
}

/** The lines of source around a span, underlined. */
function annotate(
  source: string,
  span: Span,
  mark: string,
  annotation: string,
): { text: string; at: Position } {
  const trimmed = source.trimEnd();
  const { start, end } = clamp(trimmed, span);
  const lines = linesWithEnds(trimmed || " ");
  const at = positionOf(trimmed, start);
  const line = lines[at.line - 1] ?? "";
  const many = at.column - 1 + (end - start) > line.length && at.line < lines.length;
  const rows = many
    ? manyLines(lines, at, end - start, mark)
    : singleLine(line, at, end - start, mark, annotation);
  const empty: Row = { prefix: "| ", gutter: "", text: "" };
  const width = Math.max(...rows.map((row) => row.prefix.length));
  const gutter = Math.max(...rows.map((row) => row.gutter.length));
  const text = [empty, ...rows, empty]
    .map((row) => (row.prefix.padStart(width) + row.gutter.padStart(gutter) + row.text).trimEnd())
    .join("\n");
  return { text, at };
}

interface Place {
  readonly source: Source;
  readonly line: number;
}

function located(
  span: Span,
  text: string,
  mark: string,
  annotation: string,
  parent: Place | null,
): [string, Place] {
  const { text: lines, at } = annotate(text, span, mark, annotation);
  const known = parent?.source === span.source && parent.line === at.line;
  const head = known ? "" : `at ${span.source.name}:${at.line}:${at.column}\n`;
  return [head + lines, { source: span.source, line: at.line }];
}

/** Whether it is no place, or one beside it, where something is to be put. */
function isNowhere({ source }: Span): boolean {
  return source === NO_SOURCE;
}

function remarkText(remark: Remark, parent: Place): string {
  const head = remark.label ? `${remark.label}:${remark.message && ` ${remark.message}`}\n` : "";
  if (isNowhere(remark.span)) return `${head}at <no source>`;
  const { source, start, end } = remark.span;
  if (remark.insert === undefined)
    return head + located(remark.span, source.text, "^", "", parent)[0];
  // What is to go is shown where it stands.
  if (!remark.insert) return head + located(remark.span, source.text, "-", "", parent)[0];
  const patched = source.text.slice(0, start) + remark.insert + source.text.slice(end);
  const span: Span = { source, start, end: start + remark.insert.length };
  return head + located(span, patched, end > remark.span.start ? "~" : "+", "", parent)[0];
}

function lineOf(span: Span): number {
  return positionOf(span.source.text, span.start).line;
}

/** One diagnostic as the server prints it. */
export function render(diagnostic: Diagnostic): string {
  const { level, message, span } = diagnostic;
  if (diagnostic.bare) return message;
  if (diagnostic.short) return `${level} at ${span.source.name}:${lineOf(span)}: ${message}`;
  const [body, place] = isNowhere(span)
    ? ["at <no source>", { source: NO_SOURCE, line: 0 }]
    : located(span, span.source.text, "^", diagnostic.annotation ?? "", null);
  const remarks = (diagnostic.remarks ?? []).map((remark) => `\n${remarkText(remark, place)}`);
  return `${level}: ${message}\n${body}${remarks.join("")}`;
}

/** The `summary` of an answer: blocks with a blank line between. */
export function summarize(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(render).join("\n\n");
}
