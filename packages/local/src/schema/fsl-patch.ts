import type { Change } from "./fsl-changes";
import type { Element } from "./fsl-elements";
import type { FslNode } from "./fsl-nodes";

interface Range {
  readonly start: number;
  readonly end: number;
}

/** An item in its file, and as it is to be, with the text that it is written in. */
export interface Patched {
  readonly before: FslNode;
  readonly after: FslNode;
  readonly text: string;
}

/** Puts a text in the place of another, which without it goes with its line. */
export function replaceWith(text: string, { start, end }: Range, by: string): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  if (by) {
    const onItsOwn = by.includes("\n") && /(?:\n[\t ]*)+$/.test(before);
    const indent = /[\t ]*$/.exec(before)?.[0] ?? "";
    return before + (onItsOwn ? by.replace(/\n(?=[\t ]*\S)/g, `\n${indent}`) : by) + after;
  }
  return /^(?:[\t ]*\n)+/.test(after) ? before.trimEnd() + after : before + after.trimStart();
}

/** The text of a part without the indentation that it has where it is written. */
function shown(text: string, { start, end }: Range): string {
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const indent = /^[ ]*/.exec(text.slice(line))?.[0].length ?? 0;
  const part = text.slice(start, end);
  return indent ? part.replaceAll(new RegExp(`\n {1,${indent}}`, "g"), "\n") : part;
}

function indented(text: string, prefix: string): string {
  return text.replaceAll(/\n(?=.)/g, `\n${prefix}`);
}

function prefixOf({ is }: Element, level: number): string {
  return is === "annotation" ? "" : "  ".repeat(Math.max(level + 1, 0));
}

function endOf(change: Change, item: FslNode, span: Range): number {
  const { value, name } = item;
  switch (change.change) {
    case "add":
      return change.element.is === "annotation" ? span.start : span.end;
    case "rename":
      return name?.span.end ?? span.end;
    case "signature":
      return value?.kind === "function" ? value.signature.end : span.end;
    case "body":
      return value?.kind === "function" ? value.body.span.end : span.end;
    case "block":
      return Math.max(...change.changes.map((each) => endOf(each, item, change.element.span)));
    default:
      return change.element.span.end;
  }
}

function added(source: string, element: Element, text: string, span: Range, level: number): string {
  const at = element.is === "annotation" ? span.start : span.end - 1;
  const before = source.slice(0, at).trimEnd();
  const after = source.slice(at);
  const prefix = prefixOf(element, level);
  const item = prefix + indented(shown(text, element.span), prefix);
  const end = /^(?:[\t ]*\n)+/.test(after) ? "" : `\n${prefixOf(element, level - 1)}`;
  return `${before}${before ? "\n" : ""}${item}${end}${after}`;
}

function modified(
  source: string,
  element: Element,
  after: Element,
  text: string,
  level: number,
): string {
  const config = after.config ? shown(text, after.config) : "";
  const by = indented(config, prefixOf(element, level));
  if (element.config) return replaceWith(source, element.config, by);
  const end = element.span.end;
  return replaceWith(source, { start: end, end }, `${element.is === "field" ? " = " : " "}${by}`);
}

function retyped(source: string, element: Element, after: Element): string {
  const type = after.type?.text ?? "";
  if (element.type) return replaceWith(source, element.type.span, type);
  const end = element.span.start + (element.name ?? "").length;
  return replaceWith(source, { start: end, end }, `: ${type}`);
}

/** Applies the changes of an item to its file, the last of them first. */
export function applyChanges(
  source: string,
  changes: readonly Change[],
  item: Patched,
  span: Range,
  level = 0,
): string {
  const { before, after, text } = item;
  const inOrder = changes
    .map((change) => ({ change, end: endOf(change, before, span) }))
    .sort((a, b) => b.end - a.end);
  return inOrder.reduce((patched, { change }) => {
    switch (change.change) {
      case "rename":
        return replaceWith(patched, before.name?.span ?? span, change.to);
      case "add":
        return added(patched, change.element, text, span, level);
      case "remove":
        return replaceWith(patched, change.element.span, "");
      case "modify":
        return modified(patched, change.element, change.after, text, level);
      case "type":
        return retyped(patched, change.element, change.after);
      case "no default": {
        const { type, config, span: whole } = change.element;
        const start = type?.span.end ?? whole.start;
        return replaceWith(patched, { start, end: config?.end ?? whole.end }, "");
      }
      case "block":
        return applyChanges(patched, change.changes, item, change.element.span, level + 1);
      default: {
        const [old, now] = [before.value, after.value];
        if (old?.kind !== "function" || now?.kind !== "function") return patched;
        return change.change === "signature"
          ? replaceWith(patched, old.signature, text.slice(now.signature.start, now.signature.end))
          : replaceWith(patched, old.body.span, shown(text, now.body.span));
      }
    }
  }, source);
}
