import type { Context } from "../evaluator/context";
import { FUNCTIONS, MODULES } from "../../types/library";
import { readSignatures } from "../../types/signatures";
import type { Value } from "../values/value";
import { names } from "./names";

/** What belongs to nothing and nobody may take the name of. */
function isOfLibrary(name: string): boolean {
  return Object.hasOwn(MODULES, name) || readSignatures(FUNCTIONS).has(name);
}

/** What a name stands for outside all scopes: a module, a collection, a function. */
export function globalValue(cx: Context, name: string): Value | undefined {
  if (Object.hasOwn(MODULES, name)) return { kind: "module", name };
  if (readSignatures(FUNCTIONS).has(name))
    return { kind: "method", receiver: { kind: "module", name: "FQL" }, name };
  const collection = names(cx).collections.get(name);
  if (collection !== undefined) return { kind: "collection", id: collection };
  const fn = names(cx).functions.get(name);
  return fn === undefined ? undefined : { kind: "udf", id: fn };
}

/** Names that no collection or function may take. */
export function isReserved(name: string): boolean {
  return isOfLibrary(name) || RESERVED.has(name);
}

const RESERVED = new Set(
  "Any Never Number Int Long Double Ref Null Doc NamedDoc NullDoc NullNamedDoc EmptyDoc EmptyNamedDoc Document Collection Function Role AccessProvider Key Database Token Credential EventSource SetCursor Page Self self Schema AnyFunction UUID struct interface type function collection".split(
    " ",
  ),
);
