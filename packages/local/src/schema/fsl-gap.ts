import { ParseFailure, type Scanner } from "../fql/parser/scanner";

/** Skips what parts nodes; where the comments begin that end where it ends, if there are any. */
export function skipGap(scan: Scanner): number {
  let comments = -1;
  let blank = /\n/;
  for (;;) {
    const start = scan.at;
    const [space = ""] = /^[\s;]*/.exec(scan.text.slice(start)) ?? [];
    scan.at += space.length;
    if (blank.test(space)) comments = -1;
    const comment = scan.at;
    if (!scan.peek("//") && !scan.peek("/*")) return comments < 0 ? scan.at : comments;
    const isLine = scan.peek("//");
    scan.ws();
    if (scan.at === comment) throw new ParseFailure(comment, "`*/`");
    if (isLine && scan.peek("\n")) scan.at++;
    blank = isLine ? /\n/ : /\n[^]*\n/;
    if (comments < 0) comments = comment;
  }
}
