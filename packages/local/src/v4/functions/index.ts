import { type ApiVersion, isBefore } from "../versions";
import type { V4Function } from "./define";
import { arrays } from "./arrays";
import { calls } from "./calls";
import { comparison } from "./comparison";
import { conversion } from "./conversion";
import { credentials } from "./credentials";
import { documents } from "./documents";
import { history } from "./history";
import { identity } from "./identity";
import { moves } from "./move-database";
import { numbers } from "./numbers";
import { objects } from "./objects";
import { refs } from "./refs";
import { schema } from "./schema";
import { sets } from "./sets";
import { strings } from "./strings";
import { times } from "./times";
import { typeChecks } from "./type-checks";

const FUNCTIONS: readonly V4Function[] = [
  ...arrays,
  ...calls,
  ...comparison,
  ...conversion,
  ...credentials,
  ...documents,
  ...history,
  ...identity,
  ...moves,
  ...numbers,
  ...objects,
  ...refs,
  ...schema,
  ...sets,
  ...strings,
  ...times,
  ...typeChecks,
];

const BY_NAME = new Map<string, V4Function[]>();
for (const each of FUNCTIONS) {
  const [name = ""] = Object.keys(each.parameters);
  BY_NAME.set(name, [...(BY_NAME.get(name) ?? []), each]);
}

/** The function of a version that takes exactly these keys. */
export function findFunction(keys: readonly string[], version: ApiVersion): V4Function | undefined {
  for (const key of keys) {
    const found = BY_NAME.get(key)?.find(
      ({ parameters, since = "2.0" }) => !isBefore(version, since) && takes(parameters, keys),
    );
    if (found) return found;
  }
  return undefined;
}

function takes(parameters: V4Function["parameters"], keys: readonly string[]): boolean {
  if (!keys.every((key) => Object.hasOwn(parameters, key))) return false;
  return Object.entries(parameters).every(([name, cast]) => cast.optional ?? keys.includes(name));
}
