import { randomBytes } from "node:crypto";
import type { Context } from "../model/context";
import { QueryError } from "../errors";
import { type SetValue, type Value, type CursorValue, array, object } from "../values/value";
import { elements } from "./read-set";
import type { Position } from "../values/set-source";

export const DEFAULT_PAGE_SIZE = 16;

/** Where a set goes on, and as of when. */
interface CursorState {
  readonly set: SetValue;
  /** Null for the beginning. */
  readonly at: Position | null;
  readonly size: number;
  readonly ts: number;
}

export interface Page {
  readonly data: readonly Value[];
  readonly after?: string;
}

function remember(cx: Context, state: CursorState): string {
  const token = randomBytes(24).toString("base64url");
  cx.db.cursors.set(token, state);
  return token;
}

function readPage(
  cx: Context,
  set: SetValue,
  size: number,
  from: Position | null,
  ts: number,
): Page {
  const data: Value[] = [];
  for (const { value, at } of elements(cx, set, from)) {
    if (data.length === size) return { data, after: remember(cx, { set, at, size, ts }) };
    data.push(value);
  }
  return { data };
}

/** The first page of a set. */
export function firstPage(cx: Context, set: SetValue, size?: number): Page {
  return readPage(cx, set, size ?? set.pageSize ?? DEFAULT_PAGE_SIZE, null, cx.readTs);
}

/** A token that the first page of a set can be read by. */
export function tokenOf(cx: Context, set: SetValue): string {
  const size = set.pageSize ?? DEFAULT_PAGE_SIZE;
  return remember(cx, { set, at: null, size, ts: cx.readTs });
}

/** The page that a cursor stands for: read as of the first one, though documents in it show what they say now. */
export function pageAfter(cx: Context, token: string, size?: number): Page {
  const state = cx.db.cursors.get(token) as CursorState | undefined;
  if (!state) throw cx.error("invalid_cursor", "Cursor cursor is invalid or expired.");
  const read = (): Page => readPage(cx, state.set, size ?? state.size, state.at, state.ts);
  try {
    return cx.withReadTime({ ts: state.ts, by: "cursor" }, read);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(
      error.code,
      error.message,
      error.trace.slice(-cx.trace().length),
      error.details,
    );
  }
}

/** A page as a value: `{ data, after? }`. */
export function pageValue({ data, after }: Page): Value {
  const cursor: CursorValue | null = after === undefined ? null : { kind: "cursor", token: after };
  return object([["data", array(data)], ...(cursor ? [["after", cursor] as [string, Value]] : [])]);
}
