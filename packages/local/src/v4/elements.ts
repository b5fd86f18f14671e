import type { CallSite } from "./functions/define";
import { pageOf } from "./pages";
import { isArray, Page, type SetRef, type V4Value } from "./values";

/** More than a set of this application will have. */
const EVERYTHING = 100_000;

/** What an array, a page or a set holds. */
export function elementsOf(
  source: readonly V4Value[] | Page | SetRef,
  site: CallSite,
  parameter: string,
): readonly V4Value[] {
  if (isArray(source)) return source;
  if (source instanceof Page) return source.data;
  return pageOf(source, { size: EVERYTHING }, site.evaluator, site.at(parameter)).data;
}
