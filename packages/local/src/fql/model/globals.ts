import type { Context } from "./context";
import { KEYWORDS } from "../parser/scanner";
import type { Value } from "../values/value";
import { collectionCalled, names } from "./names";

/** What a name stands for outside all scopes: a module, a collection, a function. */
export function globalValue(cx: Context, name: string): Value | undefined {
  const { modules, functions } = cx.library.tables;
  if (Object.hasOwn(modules, name)) return { kind: "module", name };
  if (functions.signatures.has(name))
    return { kind: "method", receiver: { kind: "module", name: "FQL" }, name };
  const collection = collectionCalled(cx, name);
  if (collection) return collection;
  const fn = names(cx).functions.get(name);
  return fn === undefined ? undefined : { kind: "udf", id: fn, called: name };
}

/** Names that no collection or function may take: they mean something already, or would be no name. */
export function isReserved(cx: Context, name: string): boolean {
  const known = cx.library.global(name) ?? cx.library.shape(name);
  return known !== undefined || KEYWORDS.has(name) || RESERVED.has(name);
}

const RESERVED = new Set("_ Any Never struct interface type function collection".split(" "));
