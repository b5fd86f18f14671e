import type { ValidationFailure } from "../errors";
import { isArray, isObject, Lambda, Ref, type V4Object, type V4Value } from "../values";
import { ACTIONS } from "../write-errors";
import { wrongField } from "./fields";

/** Whether a value is of a type. */
export type Is = (value: V4Value) => boolean;

const isText: Is = (value) => typeof value === "string";
const isRule: Is = (value) =>
  typeof value === "boolean" || isText(value) || value instanceof Lambda;

/** What the entries of one list of a role are made of; texts are for FQL v10. */
interface Entries {
  readonly list: "privileges" | "membership";
  readonly type: string;
  readonly resource: string;
}

const MEMBERSHIP: Entries = { list: "membership", type: "Membership", resource: "Class Ref" };
const PRIVILEGES: Entries = { list: "privileges", type: "Privilege", resource: "Ref" };

/** The entries of a list; a single one may stand for itself. */
export function entriesOf(value: V4Value | undefined): readonly V4Value[] {
  if (value === undefined || value === null) return [];
  return isArray(value) ? value : [value];
}

/** What in a list of a role is first of a type that no role has, placed within its entry. */
export function roleTypeFailures(params: V4Object): ValidationFailure[] {
  return [MEMBERSHIP, PRIVILEGES].flatMap((entries) =>
    entriesOf(params.get(entries.list))
      .flatMap((entry) => entryFailures(entry, entries))
      .slice(0, 1),
  );
}

function entryFailures(entry: V4Value, { list, type, resource }: Entries): ValidationFailure[] {
  if (!isObject(entry)) return [wrongField([list], entry, type)];
  const wrong = (name: string, is: Is, wanted: string): ValidationFailure[] => {
    const value = entry.get(name) ?? null;
    return value === null || is(value) ? [] : [wrongField([name], value, wanted)];
  };
  return [
    ...wrong("resource", (value) => isText(value) || value instanceof Ref, resource),
    ...(list === "membership"
      ? wrong("predicate", (value) => isText(value) || value instanceof Lambda, "Query")
      : actionFailures(entry.get("actions") ?? null)),
  ];
}

function actionFailures(actions: V4Value): ValidationFailure[] {
  if (actions === null) return [];
  if (!isObject(actions)) return [wrongField(["actions"], actions, "RoleAction Map")];
  return ACTIONS.flatMap((action) => {
    const rule = actions.get(action) ?? null;
    return rule === null || isRule(rule)
      ? []
      : [wrongField(["actions", action], rule, "RoleAction")];
  });
}

/** FQL v4 names resources by reference only, and has no texts for functions: neither new ones nor those of FQL v10. */
export function roleTextFailures(fields: V4Object): ValidationFailure[] {
  return [PRIVILEGES, MEMBERSHIP].flatMap(({ list }) => {
    const entries = entriesOf(fields.get(list)).filter(isObject);
    // A list with an entry of no resource is none that is looked into.
    if (entries.some((entry) => (entry.get("resource") ?? null) === null)) return [];
    return entries.flatMap((entry) => textsIn(list, entry));
  });
}

function textsIn(list: string, entry: V4Object): ValidationFailure[] {
  const texts = (value: V4Value | undefined, wanted: string, ...path: readonly string[]) =>
    typeof value === "string" ? [wrongField([list, ...path], value, wanted)] : [];
  const actions = entry.get("actions") ?? null;
  return [
    ...texts(entry.get("resource"), "Ref", "resource"),
    ...texts(entry.get("predicate"), "Query", "predicate"),
    ...(isObject(actions) ? [...actions] : []).flatMap(([action, rule]) =>
      texts(rule, "Query", "actions", action),
    ),
  ];
}
