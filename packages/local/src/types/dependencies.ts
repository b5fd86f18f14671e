import type { Expr } from "../fql/ast";
import { freeNames } from "./free-names";

/** An order in which definitions come before what uses them, and those that come back to themselves. */
export function dependencies(bodies: ReadonlyMap<string, Expr>): {
  order: Set<string>;
  recursive: Set<string>;
} {
  const uses = new Map(
    [...bodies].map(([name, body]) => [name, new Set(freeNames(body).values.map((n) => n.text))]),
  );
  const order = new Set<string>();
  const recursive = new Set<string>();
  const visit = (name: string, pending: ReadonlySet<string>): void => {
    if (!bodies.has(name)) return;
    for (const used of uses.get(name)!)
      if (pending.has(used)) recursive.add(used);
      else visit(used, new Set(pending).add(used));
    order.add(name);
  };
  for (const name of bodies.keys()) if (!order.has(name)) visit(name, new Set([name]));
  return { order, recursive };
}
