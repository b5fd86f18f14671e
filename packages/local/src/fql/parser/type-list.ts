import { oneOf, type Scanner } from "./scanner";

/** How the members of a list are parted, and what is told where one is missing. */
export interface ListForm {
  readonly close: string;
  /** At least one member, and nothing but them. */
  readonly needsOne?: boolean;
  /** Newlines and semicolons part them, too. */
  readonly lines?: boolean;
}

/** Members up to the closing sign. `expectedBesides` says what could have followed one. */
export function membersOf<T extends object>(
  scan: Scanner,
  { close, needsOne, lines = false }: ListForm,
  member: () => T,
  expectedBesides: (others: readonly string[]) => string,
): T[] {
  const all: T[] = [];
  // The server names this sign otherwise than all others.
  const end = close === ">" ? '">"' : `\`${close}\``;
  let expected = oneOf(lines ? [end] : [end, "`,`"]);
  scan.nl();
  let next = needsOne ? member() : scan.attempt(member);
  if (!next && !lines && scan.peek(",")) scan.at++;
  while (next) {
    all.push(next);
    const behind = scan.at;
    scan.nl();
    const at = scan.at;
    expected = expectedBesides([end, "`,`"]);
    const sign = scan.peek(",") ? "," : lines && scan.peek(";") ? ";" : "";
    if (!sign && !(lines && scan.text.slice(behind, at).includes("\n"))) break;
    if (sign !== ";") expected = end;
    scan.at += sign.length;
    scan.nl();
    next = scan.attempt(member);
    if (!next && sign === ";" && !scan.peek(close)) scan.at = at;
  }
  scan.nl();
  scan.need(close, expected);
  return all;
}
