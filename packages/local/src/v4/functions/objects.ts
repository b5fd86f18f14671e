import { typeName } from "../type-names";
import { any, lambda, optional } from "../casts";
import { each, joined, wrongType } from "../errors";
import { isArray, isObject, type V4Object, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

function need(value: V4Value, position: readonly (string | number)[]): V4Object {
  if (isObject(value)) return value;
  throw wrongType(["Object"], typeName(value), position);
}

/** Later fields win; a field that becomes null is left out. */
function merge(base: V4Object, over: V4Object): V4Object {
  return new Map([...base, ...over].filter(([key]) => !over.has(key) || over.get(key) !== null));
}

function objectsToMerge(value: V4Value, site: CallSite): V4Object[] {
  if (!isArray(value)) return [need(value, site.at("with"))];
  return each(value, (item, i) => need(item, [...site.at("with"), i]));
}

export const objects: readonly V4Function[] = [
  define({ merge: any, with: any, lambda: optional(lambda) }, (args, site) => {
    const [base, others] = joined(
      () => need(args.merge, site.at("merge")),
      () => objectsToMerge(args.with, site),
    );
    return others.reduce((left, right) => {
      if (!args.lambda) return merge(left, right);
      const decide = args.lambda;
      // What only the left one has stays as it is.
      const decided = [...right.keys()].map((key): [string, V4Value] => {
        const parts = [key, left.get(key) ?? null, right.get(key) ?? null];
        return [key, site.evaluator.apply(decide, parts, site.position)];
      });
      return merge(left, new Map(decided));
    }, base);
  }),
];
