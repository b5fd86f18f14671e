import { Document, NullDocument } from "fauna";

/** The id of a document, or of what a `.map()` has made of it; undefined where there is none. */
export function rowId(row: unknown): string | undefined {
  const { id } = Object(row instanceof NullDocument ? row.ref : row) as { id?: unknown };
  return typeof id === "string" ? id : undefined;
}

/** The order of ids, which are numbers of up to 19 digits, more than a JavaScript number has. */
export function compareIds(a: unknown, b: unknown): number {
  const [x = "", y = ""] = [rowId(a), rowId(b)];
  return x.length - y.length || (x < y ? -1 : Number(x > y));
}

/** Whether one version of a document is newer than another; of anything else that is not known. */
export const isNewer = (row: unknown, than: unknown): boolean =>
  row instanceof Document && than instanceof Document && timeOf(row) > timeOf(than);

// Without its Z, a text with fewer digits of a second comes before those that it begins.
const timeOf = ({ ts }: Document): string => ts.isoString.slice(0, -1);
