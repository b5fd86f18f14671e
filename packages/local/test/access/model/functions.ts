import type { Builtin, Caller, Cx } from "./context";
import { applyText, lambdaOf } from "./evaluate";
import { denied, mayCall } from "./rights";
import { Failure, type Value } from "./values";

const BUILTIN = new Set<string>(["admin", "server", "server-readonly", "client"]);

/** What a caller becomes under a role: in a function that has one, or by the key that it uses. */
export function inRole(caller: Omit<Caller, "builtin" | "roles">, role: string): Caller {
  const { token, identity } = caller;
  return BUILTIN.has(role)
    ? { token, identity, builtin: role as Builtin, roles: [] }
    : { token, identity, roles: [role] };
}

/** How many arguments there must be is looked at before who may call. */
function checkArity(cx: Cx, body: string, given: number): void {
  const { params, rest } = lambdaOf(cx, body);
  if (rest || params.length === given) return;
  const [plural, verb] = [params.length === 1 ? "" : "s", given === 1 ? "was" : "were"];
  const message = `callee function expects exactly ${params.length} argument${plural}, but ${given} ${verb} provided.`;
  throw new Failure("invalid_function_invocation", message);
}

/** Calls a function of the database, in its role if it has one. */
export function callFunction(cx: Cx, name: string, args: readonly Value[]): Value {
  const role = cx.world.system("Function", name, "role");
  const body = String(cx.world.system("Function", name, "body"));
  checkArity(cx, body, args.length);
  if (!mayCall(cx, name, args)) throw denied();
  const own = typeof role === "string" ? { ...cx, caller: inRole(cx.caller, role) } : cx;
  try {
    return applyText(own, body, args);
  } catch (error) {
    // The stack of the model ends before the server's does, and at all where a function calls itself without end.
    if (error instanceof RangeError) throw new Failure("stack_overflow", OVERFLOW);
    throw error;
  }
}

const OVERFLOW = "number of stack frames exceeded limit of 2048";
