import type { LocalRequest } from "../http/exchange";
import { checkFiles } from "./apply";
import { parseFiles } from "./fsl-items";
import { migrationTexts } from "./migrations";
import { renderDiff, type DiffFormat, type Renames } from "./diff";
import type { Files, SchemaFiles } from "./schema-files";

/** How a difference is told; with `true`, an older word, of what it means. */
export function formatOf({ query }: LocalRequest): DiffFormat | undefined {
  const known = (asked: string | null): DiffFormat | undefined =>
    asked === "summary" || asked === "textual" || asked === "semantic" ? asked : undefined;
  const legacy = query.get("diff");
  return known(query.get("format")) ?? (legacy === "true" ? "semantic" : known(legacy));
}

/** What changes with files that are accepted. */
export function difference(
  files: SchemaFiles,
  request: LocalRequest,
  before: Files,
  after: Files,
  renames?: Renames,
): Record<string, unknown> {
  checkFiles(files, after, renames);
  const format = formatOf(request) ?? "semantic";
  const migrations = migrationTexts(files.database, parseFiles(after), renames);
  return { diff: renderDiff(before, after, { format, renames, migrations }) };
}
