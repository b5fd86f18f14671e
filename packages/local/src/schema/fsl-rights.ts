import type { Expr } from "../fql/ast";
import type { GrantSchema } from "../types/schema";
import type { Declared } from "./fsl-items";
import { predicateOf, predicateText } from "./fsl-lambda";
import type { FslNode } from "./fsl-nodes";
import { Once, type Report } from "./fsl-report";

type Fields = Record<string, unknown>;

const ACTIONS = new Set(
  "read write create create_with_id delete history_read history_write unrestricted_read call".split(
    " ",
  ),
);

/** `role user { privileges Todo { read } membership User }` */
export function declareRole(report: Report, node: FslNode, name: string): Declared {
  const privileges: Fields[] = [];
  const membership: Fields[] = [];
  const members: GrantSchema[] = [];
  const grants: GrantSchema[] = [];
  const once = {
    privileges: new Once(report, "privileges"),
    membership: new Once(report, "membership"),
  };
  for (const each of report.value(node, "block")?.items ?? []) {
    const { text, span } = each.keyword;
    if (text !== "privileges" && text !== "membership") {
      report.fail(`Invalid member \`${text}\``, span);
      continue;
    }
    const resource = report.name(each);
    if (!resource) continue;
    once[text].name(resource);
    if (text === "membership") {
      const rule = predicateOf(report, each);
      membership.push({
        resource: resource.text,
        ...(rule && { predicate: predicateText(rule) }),
      });
      members.push({ of: "collection", name: resource, predicates: rule ? [rule] : [] });
    } else {
      const { actions, predicates } = actionsOf(report, each);
      privileges.push({ resource: resource.text, actions });
      grants.push({ of: "collection or function", name: resource, predicates });
    }
  }
  const schema = { roles: new Set([name]), grants: [...members, ...grants] };
  return { kind: "Role", fields: { privileges, membership }, schema };
}

function actionsOf(
  report: Report,
  node: FslNode,
): { actions: Fields; predicates: GrantSchema["predicates"] } {
  const once = new Once(report, "action");
  const rules = (report.value(node, "block")?.items ?? []).flatMap((each) => {
    const { text, span } = each.keyword;
    report.unnamed(each);
    if (!ACTIONS.has(text)) {
      report.fail(`Invalid action \`${text}\``, span);
      return [];
    }
    once.name(each.keyword);
    return [{ action: text, rule: predicateOf(report, each) }];
  });
  const actions = rules.map(({ action, rule }) => [action, rule ? predicateText(rule) : true]);
  return {
    actions: Object.fromEntries(actions) as Fields,
    predicates: rules.flatMap(({ rule }) => rule ?? []),
  };
}

/** `access provider Clerk { issuer "…" jwks_uri "…" role user }` */
export function declareProvider(report: Report, node: FslNode): Declared {
  const fields: Fields = {};
  const roles: unknown[] = [];
  const grants: GrantSchema[] = [];
  const roleNames = new Once(report, "role");
  const settings = new Once(report, "");
  const block = report.value(node, "block");
  for (const each of block?.items ?? []) {
    const { text, span } = each.keyword;
    if (text === "issuer" || text === "jwks_uri") {
      const value = report.value(each, "expression");
      const string = value && textOf(value.expr);
      if (value && string === null) report.fail("Expected string literal", value.span);
      settings.check(text, span, text.replace("_", " "));
      fields[text] = string;
    } else if (text === "role") {
      const name = report.name(each);
      if (!name) continue;
      roleNames.name(name);
      const rule = predicateOf(report, each);
      roles.push(rule ? { role: name.text, predicate: predicateText(rule) } : name.text);
      grants.push({ of: "role", name, predicates: rule ? [rule] : [] });
    } else report.fail(`Invalid member \`${text}\``, span);
  }
  for (const name of ["issuer", "jwks_uri"])
    if (block && !(name in fields)) report.fail(`Missing ${name.replace("_", " ")}`, block.span);
  return {
    kind: "AccessProvider",
    fields: { ...fields, ...(roles.length ? { roles } : {}) },
    schema: { grants },
  };
}

/** A string without interpolation. */
function textOf(expr: Expr): string | null {
  if (expr.kind === "template" && expr.parts.every((part) => typeof part === "string"))
    return expr.parts.join("");
  return expr.kind === "value" && typeof expr.value === "string" ? expr.value : null;
}
