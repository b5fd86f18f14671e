import type { ConstraintFailure } from "../../errors";
import { type Value, fieldsOf, asText, type Fields } from "../../values/value";
import { parseShape } from "../shape-text";
import {
  BASE_MODEL,
  fieldFailures,
  clash,
  notUnique,
  lambdaFailure,
  nameFailures,
  textOf,
  type SystemModel,
} from "./model";

const ENTRY = "{ role: String, predicate: Query | String }";
const SHAPE = parseShape(
  `{ name: String, issuer: String, jwks_uri: String, data: { *: Any } | Null, roles: String | Array<String | ${ENTRY}> | ${ENTRY} | Null }`,
);
const BUILTIN = new Set(["admin", "server", "server-readonly", "client"]);

function roleOf(entry: Value): string {
  if (typeof entry === "string") return entry;
  return asText(fieldsOf(entry).get("role"));
}

function httpsFailures(fields: Fields): ConstraintFailure[] {
  const uri = textOf(fields, "jwks_uri");
  let valid = false;
  try {
    const { protocol, hostname } = new URL(uri);
    valid = protocol === "https:" && hostname !== "";
  } catch {
    // Not a URI at all: as invalid as one that is not https.
  }
  return valid ? [] : [{ paths: [["jwks_uri"]], message: `\`${uri}\` must be a valid https URI.` }];
}

function roleFailures(fields: Fields, isV4: boolean): ConstraintFailure[] {
  const roles = fields.get("roles");
  if (typeof roles !== "object" || roles.kind !== "array") return [];
  const failures: ConstraintFailure[] = [];
  const seen = new Set<string>();
  for (const [i, entry] of roles.items.entries()) {
    const role = roleOf(entry);
    const fail = (message: string): number => failures.push({ paths: [["roles"]], message });
    if (BUILTIN.has(role)) fail(`Builtin role \`${role}\` not allowed.`);
    else if (seen.has(role) && !isV4)
      fail(`The role \`${role}\` is present more than once, there can only be one entry per role.`);
    seen.add(role);
    const predicate =
      typeof entry === "object" && entry.kind === "object"
        ? entry.fields.get("predicate")
        : undefined;
    if (typeof predicate === "string")
      failures.push(...lambdaFailure(predicate, "predicate", ["roles", i, "predicate"], [1]));
  }
  return failures;
}

const V4_ORDER = ["data", "name", "issuer", "jwks_uri", "roles"];

function inV4Order(failures: readonly ConstraintFailure[]): ConstraintFailure[] {
  const place = ({ paths }: ConstraintFailure): number => V4_ORDER.indexOf(String(paths[0]?.[0]));
  return [...failures].sort((a, b) => place(a) - place(b));
}

/** `AccessProvider` documents: whose tokens are taken, and what they allow. */
export const PROVIDER_MODEL: SystemModel = {
  ...BASE_MODEL,
  check(cx, fields, before) {
    // Documents show an audience, so it may come back unchanged with a replace.
    const given = new Map(fields);
    const audience = given.get("audience");
    given.delete("audience");
    if (audience !== undefined && audience !== cx.db.audience)
      return [{ paths: [["audience"]], message: "Failed to update field because it is readonly" }];
    const own = fieldFailures(cx, SHAPE, given, [
      ...nameFailures(cx, given),
      ...httpsFailures(given),
      ...roleFailures(given, cx.isV4),
    ]);
    if (own.length) return cx.isV4 ? inV4Order(own) : own;
    const others = cx.db.systemDocuments("AccessProvider");
    const taken = ["name", "issuer"].filter((field) => clash(others, given, field, before));
    if (taken.length) throw notUnique(cx, taken);
    return [];
  },
  complete(cx, fields, before) {
    const data = new Map(fields);
    data.delete("audience");
    const id = before?.id ?? cx.db.newSystemId();
    return { id, data };
  },
};
