import type { Canonical } from "./coalesce";
import { mapCoalesced, type Coalesced } from "./coalesced";
import { merge } from "./merge";
import type { Variable } from "./type";

/** Variables or other types by their keys. */
type Occurrences = ReadonlyMap<string, Variable | null>;

/**
 * Drops variables that say nothing: those that only values or only uses have, and those that always stand beside the
 * same type. Variables that always stand together become one.
 */
export function simplify(canonical: Canonical, positive: boolean): Canonical {
  const { type, recursive } = canonical;
  if (type.isClosed) return canonical;
  const recs = new Map(recursive);
  const together = occurrences(type, positive, recs);
  const by = together.found;
  const at = (variable: Variable, side: boolean): Occurrences | undefined =>
    by.get(variable)?.get(side);
  const subs = new Map<Variable, Variable | null>();
  for (const variable of together.variables)
    if (!recs.has(variable) && !(at(variable, true) && at(variable, false)))
      subs.set(variable, null);
  for (const variable of together.variables) {
    if (subs.has(variable)) continue;
    for (const side of [true, false])
      for (const [key, other] of at(variable, side) ?? []) {
        if (other === null) {
          if (at(variable, !side)?.has(key)) subs.set(variable, null);
        } else if (
          other !== variable &&
          !subs.has(other) &&
          recs.has(variable) === recs.has(other) &&
          at(other, side)?.has(variable.key)
        )
          unify(variable, other, side);
      }
  }
  const substitute = (part: Coalesced, side: boolean): Coalesced => {
    if (part.isClosed) return part;
    const inner = mapCoalesced(part, side, substitute);
    if (!part.variables) return inner;
    const left = [...part.variables].flatMap((variable) => {
      const sub = subs.get(variable);
      return sub === null ? [] : [sub ?? variable];
    });
    return { ...inner, variables: left.length ? new Set(left) : null, key: null };
  };
  return {
    type: substitute(type, positive),
    recursive: new Map([...recs].map(([key, each]) => [key, substitute(each, positive)])),
    alias: (name, side) => {
      const found = canonical.alias(name, side);
      return found && substitute(found, side);
    },
  };

  function unify(variable: Variable, other: Variable, side: boolean): void {
    subs.set(other, variable);
    const rec = recs.get(other);
    if (rec) {
      recs.delete(other);
      recs.set(variable, merge(recs.get(variable)!, rec, side));
      return;
    }
    const [mine, theirs] = [at(variable, !side), at(other, !side)];
    const shared = [...(mine ?? [])].filter(([key]) => key === variable.key || theirs?.has(key));
    by.get(variable)!.set(!side, new Map(shared));
  }
}

/** What stands beside each variable wherever it stands, as a value and as a use. */
function occurrences(
  root: Coalesced,
  isValue: boolean,
  recs: ReadonlyMap<Variable, Coalesced>,
): { found: Map<Variable, Map<boolean, Occurrences>>; variables: Set<Variable> } {
  const found = new Map<Variable, Map<boolean, Occurrences>>();
  const variables = new Set<Variable>();
  const note = (variable: Variable, positive: boolean, beside: Occurrences): void => {
    const sides = found.get(variable) ?? new Map<boolean, Occurrences>();
    found.set(variable, sides);
    const known = sides.get(positive);
    const kept = known ? [...known].filter(([key]) => beside.has(key)) : [...beside];
    sides.set(positive, new Map(kept));
  };
  const visit = (type: Coalesced, positive: boolean): Coalesced => {
    if (type.isClosed) return type;
    const beside = type.variables?.size ? besides(type) : new Map();
    for (const variable of type.variables ?? []) {
      note(variable, positive, beside);
      const rec = recs.get(variable);
      const isNew = !variables.has(variable);
      variables.add(variable);
      if (rec && isNew) visit(rec, positive);
    }
    return mapCoalesced(type, positive, visit, !positive);
  };
  visit(root, isValue);
  return { found, variables };
}

function besides(type: Coalesced): Occurrences {
  const found = new Map<string, Variable | null>();
  if (type.any) found.set("Any", null);
  if (type.never) found.set("Never", null);
  for (const variable of type.variables ?? []) found.set(variable.key, variable);
  for (const key of type.literals?.keys() ?? []) found.set(key, null);
  for (const name of type.names?.keys() ?? []) found.set(`name ${name}`, null);
  return found;
}
