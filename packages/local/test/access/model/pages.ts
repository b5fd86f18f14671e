import type { Cx } from "./context";
import { Failure, Rec, type Rows, type Value } from "./values";

interface Place {
  readonly rows: Rows;
  readonly from: number;
  readonly size: number;
  readonly ts: number;
}

const PLACES: Place[] = [];

/** A page, and where the next one begins: at the row that comes next for who reads this page. */
export function paginate(
  cx: Cx,
  rows: Rows,
  size: number,
  from = 0,
  ts: number = cx.world.now,
): Rec {
  const all = rows.read(cx).filter(({ place }) => place >= from);
  const data: Value = all.slice(0, size).map(({ value }) => value);
  const next = all[size];
  if (!next) return new Rec(new Map([["data", data]]));
  PLACES.push({ rows, from: next.place, size, ts });
  return new Rec(
    new Map<string, Value>([
      ["data", data],
      ["after", `cursor${PLACES.length - 1}`],
    ]),
  );
}

/** The next page: for whoever asks, of what there was when the first one was asked for. */
export function resume(cx: Cx, cursor: string): Rec {
  const place = PLACES[Number(cursor.replace("cursor", ""))];
  if (!place) throw new Failure("invalid_cursor", "Cursor cursor is invalid or expired.");
  return paginate({ ...cx, asOf: place.ts }, place.rows, place.size, place.from, place.ts);
}
