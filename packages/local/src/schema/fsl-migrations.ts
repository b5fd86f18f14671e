import { print } from "../fql/printer";
import type { FslNode } from "./fsl-nodes";
import { pathOf, pathText } from "./fsl-paths";
import type { Report } from "./fsl-report";

type Fields = Record<string, unknown>;

/** The `migrations` of a collection as its document has them; null where they are none. */
export function migrations(report: Report, node: FslNode): Fields[] | null {
  report.unnamed(node);
  const { value } = node;
  if (value?.kind !== "block") {
    const message = value ? "Expected a migration block" : "Missing required value";
    report.fail(message, (value ?? node).span);
    return null;
  }
  if (!value.items.length) {
    report.fail("Empty migration blocks are not allowed", node.span);
    return null;
  }
  return value.items.map((item) => migration(report, item)).filter((item) => item !== null);
}

function migration(report: Report, node: FslNode): Fields | null {
  const kind = node.keyword.text;
  const found = report.value(node, "migration");
  const paths = found?.paths.map((path) => pathOf(report, path)) ?? [];
  if (!found || paths.includes(null)) return null;
  const [field, ...to] = paths.map((path) => pathText(path!));
  switch (kind) {
    case "backfill":
      return { [kind]: { field, value: print(found.value!) } };
    case "split":
      if (to.length < 2) report.fail("Expected at least two fields to split into", found.span);
      return { [kind]: { field, to } };
    case "move":
      return { [kind]: { field, to: to[0] } };
    case "move_conflicts":
    case "move_wildcard":
      return { [kind]: { into: field } };
    default:
      return { [kind]: field === undefined ? {} : { field } };
  }
}
