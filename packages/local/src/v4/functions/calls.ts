import { callValue } from "../../fql/evaluator/call";
import { QueryError } from "../../fql/errors";
import { any, functionRef, optional, string, type Cast } from "../casts";
import { fromStore, toStore } from "../convert";
import { permissionDenied } from "../documents";
import { V4Error } from "../errors";
import { isArray, Ref, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

const functionName: Cast<Ref> = (value, position, evaluator) =>
  functionRef(typeof value === "string" ? Ref.to("functions", value) : value, position, evaluator);

/** Arguments that are no array are one argument. */
function call(target: Ref, given: V4Value, site: CallSite): V4Value {
  const { references, context } = site.evaluator;
  const document = references.toDocument(target);
  const values = isArray(given) ? given : [given];
  const args = values.map((value, i) => toStore(value, references, [...site.at("arguments"), i]));
  try {
    const fn = { kind: "udf", id: document?.id ?? 0n } as const;
    return fromStore(callValue(context, fn, args), references);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (error.code === "permission_denied") throw permissionDenied(site.position);
    throw new V4Error("transaction aborted", error.message, site.position);
  }
}

export const calls: readonly V4Function[] = [
  define({ call: functionName, arguments: optional(any) }, (args, site) =>
    call(args.call, args.arguments === undefined ? [] : args.arguments, site),
  ),
  define({ abort: string }, ({ abort }, { position }) => {
    throw new V4Error("transaction aborted", abort, position);
  }),
];
