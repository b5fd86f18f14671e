import type { Builtin, Caller, Cx } from "./context";
import { applyText } from "./evaluate";
import { denied, mayCall } from "./rights";
import type { Value } from "./values";

const BUILTIN = new Set<string>(["admin", "server", "server-readonly", "client"]);

/** What a caller becomes under a role: in a function that has one, or by the key that it uses. */
export function inRole(caller: Omit<Caller, "builtin" | "roles">, role: string): Caller {
  const { token, identity } = caller;
  return BUILTIN.has(role)
    ? { token, identity, builtin: role as Builtin, roles: [] }
    : { token, identity, roles: [role] };
}

/** Calls a function of the database, in its role if it has one. */
export function callFunction(cx: Cx, name: string, args: readonly Value[]): Value {
  if (!mayCall(cx, name, args)) throw denied();
  const role = cx.world.system("Function", name, "role");
  const body = String(cx.world.system("Function", name, "body"));
  return applyText(
    typeof role === "string" ? { ...cx, caller: inRole(cx.caller, role) } : cx,
    body,
    args,
  );
}
