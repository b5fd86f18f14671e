import { selectOne } from "../select";
import { any, boolean, oneOrMore, path, resolvedIn, string } from "../casts";
import { compare, equals, isSame } from "../compare";
import { elementsOf } from "../elements";
import { each, wrongType } from "../errors";
import { isArray, isObject, Lambda, Page, Ref, SetRef, type V4Value } from "../values";
import { define, since, type CallSite, type V4Function } from "./define";

/** Whether each neighbouring pair is in the order. */
function chain(values: readonly V4Value[], holds: (a: V4Value, b: V4Value) => boolean): boolean {
  return values.every((value, i) => i === 0 || holds(values[i - 1] ?? null, value));
}

/** What a value holds: a reference its id and its collection. */
function contents(value: V4Value, site: CallSite): V4Value[] {
  if (value instanceof Page) return [value.data];
  // What has a name holds nothing, as the server has it.
  if (value instanceof Ref && (value.schemaClass || !value.collection)) return [];
  if (value instanceof Ref) return [value.id, ...(value.collection ? [value.collection] : [])];
  if (isArray(value)) return [...value];
  if (isObject(value)) return [...value.values()];
  if (value instanceof Lambda) return [];
  throw wrongType(["Object", "Array", "Page", "Set", "Ref"], "Scalar", site.at("in"));
}

/** References to what does not exist have no place in any order. */
function ordering(name: string, holds: (order: number) => boolean): V4Function {
  return define({ [name]: oneOrMore(any) }, (args, site) => {
    const values = args[name] ?? [];
    each(values, (value) => resolvedIn(value, site.at(name), site.evaluator));
    return chain(values, (a, b) => holds(compare(a, b, site.evaluator.references.order)));
  });
}

export const comparison: readonly V4Function[] = [
  define({ equals: oneOrMore(any) }, ({ equals: values }) => chain(values, equals)),
  ordering("lt", (order) => order < 0),
  ordering("lte", (order) => order <= 0),
  ordering("gt", (order) => order > 0),
  ordering("gte", (order) => order >= 0),
  define({ not: boolean }, ({ not }) => !not),
  define({ contains: path, in: any }, (args) => selectOne(args.in, args.contains) !== undefined),
  ...since(
    "3",
    define(
      { contains_path: path, in: any },
      (args) => selectOne(args.in, args.contains_path) !== undefined,
    ),
    define({ contains_field: string, in: any }, (args, site) => {
      if (isArray(args.in)) throw wrongType(["Object"], "Array", site.at("in"));
      return selectOne(args.in, [args.contains_field]) !== undefined;
    }),
    define({ contains_value: any, in: any }, (args, site) => {
      const within =
        args.in instanceof SetRef ? elementsOf(args.in, site, "in") : contents(args.in, site);
      return within.some((value) => isSame(value, args.contains_value));
    }),
  ),
  // Since version 3 these are forms, which need not evaluate all of their operands.
  define({ and: oneOrMore(boolean) }, ({ and }) => and.every(Boolean)),
  define({ or: oneOrMore(boolean) }, ({ or }) => or.some(Boolean)),
];
