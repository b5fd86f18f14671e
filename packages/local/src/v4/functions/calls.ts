import { callValue } from "../../fql/evaluator/call";
import { QueryError } from "../../fql/errors";
import { denied, mayCall } from "../../fql/model/permissions";
import { authorityOf, userFunction } from "../../fql/model/functions";
import { hasRun } from "../../fql/model/queries";
import { queryErrorOf } from "../../fql/model/stack";
import { any, functionName, optional, string } from "../casts";
import { fromStore, toStore } from "../convert";
import { permissionDenied } from "../documents";
import { errorsOf, V4Error } from "../errors";
import { isArray, type Ref, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

/** What goes wrong inside of a function of FQL v4 is the cause of the error of its call. */
function inside<T>(position: CallSite["position"], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof QueryError) throw error;
    if (error instanceof V4Error && error.code === "stack overflow") throw error;
    const description = "Calling the function resulted in an error.";
    throw new V4Error("call error", description, position, [], errorsOf(error));
  }
}

/** A function of FQL v4 is given its arguments as they are, where one of FQL v10 wants a list of them. */
function call(target: Ref, given: V4Value, site: CallSite): V4Value {
  const { references, context } = site.evaluator;
  const document = references.toDocument(target);
  const fn = { kind: "udf", id: document?.id ?? 0n } as const;
  // A function of a child database knows what the database of its caller has.
  const { lambda, name, role } = userFunction(site.evaluator.within(target.database).context, fn);
  try {
    if (lambda.kind === "query") {
      const whole = [toStore(given, references, site.at("arguments"))];
      if (!mayCall(context, name, whole, true)) throw denied(context);
      hasRun(lambda);
      const run = (): V4Value =>
        site.evaluator.apply(references.lambda(lambda), given, site.position);
      return inside(site.position, () =>
        role === undefined ? run() : context.withAuthority(authorityOf(role), run),
      );
    }
    const values = isArray(given) ? given : [given];
    const args = values.map((value, i) => toStore(value, references, [...site.at("arguments"), i]));
    return fromStore(callValue(context, fn, args), references);
  } catch (error) {
    const failure = queryErrorOf(context, error);
    if (!failure) throw error;
    if (failure.code === "permission_denied") throw permissionDenied(site.position);
    throw new V4Error("transaction aborted", failure.message, site.position);
  }
}

export const calls: readonly V4Function[] = [
  {
    ...define({ call: functionName, arguments: optional(any) }, (args, site) =>
      call(args.call, args.arguments === undefined ? [] : args.arguments, site),
    ),
    castsLast: true,
  },
  define({ abort: string }, ({ abort }, { position }) => {
    throw new V4Error("transaction aborted", abort, position);
  }),
];
