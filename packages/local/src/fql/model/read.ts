import { activeVersion } from "../../store/active-schema";
import type { Database } from "../../store/database";
import { isNamed, SYSTEM_COLLECTIONS } from "../../store/system";
import type { Context } from "./context";
import { RefusedError, type QueryError, type QueryErrorDetails } from "../errors";
import type { Span } from "../source";
import type { Absence, DocValue, DocVersion, NullValue } from "../values/value";
import { isNumber, toNumber } from "../values/numbers";
import { timeFromMicros, timeText } from "../values/times";
import { collectionName, documentName, hasCollection } from "./names";
import { mayRead, mayReadHistory } from "./permissions";

/** The version that a reference stands for now, whoever asks; null when there is none. */
export function currentVersion(cx: Context, doc: DocValue): DocVersion | null {
  return doc.version ?? cx.db.read(doc.coll, doc.id, doc.readTs ?? cx.readTs);
}

/** Refuses a read where nothing may be read. */
export function requireRead(cx: Context, action: string): void {
  if (cx.effect.allowed !== "none") return;
  const message = `${action} performs a read, which is not allowed in ${cx.effect.where}.`;
  throw cx.error("invalid_effect", message);
}

const DAY_MICROS = 86_400_000_000;
/** History is kept at least this long. */
const MINIMUM_HISTORY_MICROS = 15 * 60_000_000;

/** The oldest time that a collection can be read as of. */
export function oldestReadable(db: Database, coll: number, now: number): number {
  const definition = activeVersion(db, SYSTEM_COLLECTIONS.Collection, BigInt(coll));
  const days = definition?.data.get("history_days");
  // For ever, which only null makes it.
  if (definition && days === undefined) return -Infinity;
  const kept = days !== undefined && isNumber(days) ? toNumber(days) * DAY_MICROS : 0;
  return now - kept - MINIMUM_HISTORY_MICROS;
}

/** Refuses to read the past of which nothing is kept. */
export function checkAge(cx: Context, coll: number, ts: number): void {
  const oldest = oldestReadable(cx.db, coll, cx.tx.ts);
  if (ts >= oldest) return;
  const [wanted, least] = [ts, oldest].map((each) => timeText(timeFromMicros(each)));
  throw new RefusedError(
    `Requested timestamp ${wanted} less than minimum allowed timestamp ${least}.`,
  );
}

/** The version that a reference shows to who is asking, or why it shows none. */
export function readDocument(cx: Context, doc: DocValue): DocVersion | Absence {
  if (doc.version) return doc.version;
  if (doc.deleted) return "deleted";
  if (!hasCollection(cx, doc.coll)) return "collection deleted";
  requireRead(cx, "Reading a field");
  const past = doc.readTs ?? cx.atTs;
  if (past !== undefined) checkAge(cx, doc.coll, past);
  if (!cx.tx.hasWritten(doc.coll, doc.id)) cx.usage.reads.set(`document ${doc.coll} ${doc.id}`, 1);
  // Rights come first: whoever has none learns nothing, not even that there is no such document.
  const allowed =
    doc.readTs === undefined ? mayRead(cx, doc, cx.systemTs) : mayReadHistory(cx, doc);
  return allowed ? (currentVersion(cx, doc) ?? "not found") : "permission denied";
}

/** Why the document is not there for who is asking; null when it is. */
export function absenceOf(cx: Context, doc: DocValue): Absence | null {
  const found = readDocument(cx, doc);
  return typeof found === "string" ? found : null;
}

export function isAbsent(cx: Context, doc: DocValue): boolean {
  return absenceOf(cx, doc) !== null;
}

export function nullFor(doc: DocValue, cause: Absence, span: Span): NullValue {
  return { kind: "null", cause: { why: "document", doc, cause, span } };
}

/** The error of using a document that is not there. */
export function absenceError(
  cx: Context,
  doc: DocValue,
  absence: Absence,
  span: Span | null,
  details?: QueryErrorDetails,
): QueryError {
  const fail = (code: string, message: string): QueryError =>
    span ? cx.errorAt(span, code, message, details) : cx.error(code, message, details);
  return absence === "permission denied"
    ? fail("permission_denied", "Insufficient privileges to perform the action.")
    : fail("document_not_found", notFoundMessage(cx, doc));
}

function notFoundMessage(cx: Context, doc: DocValue): string {
  const collection = collectionName(cx, doc.coll);
  if (isNamed(doc.coll)) return `${collection} \`${documentName(cx, doc) ?? ""}\` not found.`;
  return `Collection \`${collection}\` does not contain document with id ${doc.id}.`;
}

/** The version behind a reference, or the error of its absence at the innermost call. */
export function requireDocument(cx: Context, doc: DocValue): DocVersion {
  const found = readDocument(cx, doc);
  if (typeof found !== "string") return found;
  throw absenceError(cx, doc, found, null);
}
