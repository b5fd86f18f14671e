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

/** The time in microseconds of the transaction that made a version of a document; 0 where it is not known. */
export function rowTime(row: unknown): number {
  if (!(row instanceof Document)) return 0;
  const { isoString: iso } = row.ts;
  // A Date has milliseconds only. The fraction has 0, 3, 6 or 9 digits.
  const micros = `${iso.slice(20, -1)}000000`.slice(0, 6);
  return Date.parse(`${iso.slice(0, 19)}Z`) * 1000 + Number(micros);
}
