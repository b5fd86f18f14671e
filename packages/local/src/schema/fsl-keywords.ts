import type { Scanner } from "../fql/parser/scanner";
import type { Span } from "../fql/source";

/** What may have a name, and a value behind it. */
export const NAMED: ReadonlySet<string> = new Set(
  `collection role index terms values unique predicate migrations privileges membership history_days ttl_days
   check`.split(/\s+/),
);
/** What has only a value. */
export const NAMELESS: ReadonlySet<string> = new Set(
  `create create_with_id delete read write history_read history_write unrestricted_read call issuer jwks_uri
   document_ttls`.split(/\s+/),
);
export const MIGRATIONS: ReadonlySet<string> = new Set(
  "backfill drop split move add move_conflicts move_wildcard add_wildcard".split(" "),
);

/** What the server expects behind an item, in the words of its parser. */
export const BEHIND_ITEM =
  '";", "\\n", "\\r\\n", (";" | "\\n" | "\\r\\n").rep(1), [ \\t], or end-of-input';

/** Skips a node that nobody knows how to read. */
export function restOfNode(scan: Scanner): Span {
  const start = scan.at;
  scan.at += /^(?:[^{}\n;]|\{[^{}]*\})*/.exec(scan.text.slice(start))?.[0].length ?? 0;
  return scan.span(start);
}
