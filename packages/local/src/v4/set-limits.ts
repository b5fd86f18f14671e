import { isArray, Ref, type SetPlace, type V4Value } from "./values";

/** The place of a limit; undefined for none, null for one that nothing meets. */
export function boundOf(value: V4Value, listsValues: boolean): SetPlace | null | undefined {
  if (isArray(value) && !value.length) return undefined;
  const parts = isArray(value) ? value : [value];
  if (listsValues) return { values: parts };
  const [only] = parts;
  return parts.length === 1 && only instanceof Ref ? { values: [], ref: only } : null;
}

export function shownBound(value: V4Value, width: number): V4Value {
  const [only, ...more] = isArray(value) ? value : [value];
  if (width > 0) return more.length ? value : (only ?? null);
  return only instanceof Ref && !more.length ? only : null;
}
