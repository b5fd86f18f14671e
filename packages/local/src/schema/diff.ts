import { parseNodes } from "./fsl-parser";
import { changesOf, type Change } from "./fsl-changes";
import type { Category, Element } from "./fsl-elements";
import type { FslNode } from "./fsl-nodes";
import type { Files } from "./schema-files";

export type DiffFormat = "semantic" | "summary" | "textual";

interface Placed {
  readonly file: string;
  readonly text: string;
  readonly node: FslNode;
}

const KINDS = ["collection", "function", "role", "access"];
const NOUNS: Readonly<Record<string, string>> = { access: "access provider" };
const CATEGORIES: readonly (readonly [Category, string])[] = [
  ["computed", "Computed fields"],
  ["index", "Indexes"],
  ["constraint", "Constraints"],
  ["configuration", "Configuration"],
];

function placedIn(files: Files): Placed[] {
  return [...files].flatMap(([file, text]) =>
    parseNodes({ name: file, text }).map((node) => ({ file, text, node })),
  );
}

export function keyOf({ keyword, name }: FslNode): string {
  return `${keyword.text} ${name?.text ?? ""}`;
}

/** The old names of items that are to be renamed, by {@link keyOf}. */
export type Renames = ReadonlyMap<string, string>;

export function oldName(node: FslNode, renames: Renames): string {
  return renames.get(keyOf(node)) ?? node.name?.text ?? "";
}

/** The key of an item before it is renamed. */
export function oldKeyOf(node: FslNode, renames: Renames): string {
  return `${node.keyword.text} ${oldName(node, renames)}`;
}

function place({ file, text, node }: Placed): string {
  const lines = text.slice(0, node.documented).split("\n");
  return `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

function title(verb: string, preposition: string, placed: Placed, named = placed): string {
  const { keyword, name } = named.node;
  const noun = NOUNS[keyword.text] ?? keyword.text;
  return `* ${verb} ${noun} \`${name?.text ?? ""}\` ${preposition} ${place(placed)}`;
}

function inOrder(items: readonly Placed[]): Placed[] {
  const rank = ({ node }: Placed): number => KINDS.indexOf(node.keyword.text);
  const name = ({ node }: Placed): string => node.name?.text ?? "";
  return [...items].sort((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : 1));
}

function memberName({ kind, name }: Element): string {
  if (kind === "unique") return "unique constraint on ";
  if (kind === "check") return `check constraint \`${name ?? ""}\``;
  if (kind === "privileges" || kind === "membership") return `${kind} on \`${name ?? ""}\``;
  return name === null ? kind : `${kind} \`${name}\``;
}

function fieldName({ kind, name }: Element): string {
  if (kind === "compute") return `computed field \`${name ?? ""}\``;
  return kind === "field" ? `field \`${name ?? ""}\`` : kind;
}

/** A value in a sentence: what is not short is only named. */
function config(element: Element): string {
  if (element.kind === "check" || element.members) return "";
  return element.value.startsWith("predicate ") ? "a predicate" : element.value;
}

function elementText(element: Element): string {
  const { is, kind } = element;
  if (is === "field") return fieldName(element);
  if (is === "annotation") return `${kind} set to ${element.value}`;
  if (kind === "unique") return `${memberName(element)}${element.value}`;
  const isPlain = element.config && !element.members && !/^(check|migrations)$/.test(kind);
  const isOptional = /^(membership|role|read|write|create|create_with_id|delete)$/.test(kind);
  const isRight = /^(history_read|history_write|unrestricted_read|call)$/.test(kind);
  return isPlain && !isOptional && !isRight
    ? `${memberName(element)} set to ${element.value}`
    : memberName(element);
}

function modification(before: Element, after: Element): string {
  if (before.is === "annotation") return `${before.kind} set to ${before.value}`;
  if (before.is === "field") return fieldName(before);
  const name = memberName(before);
  if (before.kind === "check") return `${name} body`;
  if (before.kind === "migrations") return name;
  const isOptional = after.value.startsWith("predicate ") || before.value.startsWith("predicate ");
  if (!isOptional) return `${name} from ${config(before)} to ${config(after)}`;
  if (!before.value) return `${name} by adding ${config(after)}`;
  if (!after.value) return `${name} by removing ${config(before)}`;
  return `${name} by modifying its predicate`;
}

function changeLines(change: Change): string[] {
  switch (change.change) {
    case "add":
      return [`+ add ${elementText(change.element)}`];
    case "remove":
      return [`- remove ${elementText(change.element)}`];
    case "rename":
      return [`~ rename to \`${change.to}\``];
    case "modify":
      return [`~ change ${modification(change.element, change.after)}`];
    case "block":
      return [
        `~ change ${memberName(change.element)}`,
        ...change.changes.flatMap(changeLines).map((line) => `  ${line}`),
      ];
    case "no default":
      return [`- remove default value from field \`.${change.element.name ?? ""}\``];
    case "signature":
    case "body":
      return [`~ change ${change.change}`];
    case "type":
      return [];
  }
}

function categoryOf(change: Change): Category | null {
  if (change.change === "rename" || change.change === "no default") return "configuration";
  return "element" in change && change.change !== "type" ? change.element.category : null;
}

/** What changes in an item, in sections; each ends with an empty line. */
function summary(
  node: FslNode,
  changes: readonly Change[],
  migrations: readonly (readonly string[])[],
): string {
  const section = (lines: readonly string[]): string =>
    `${lines.map((line) => `  ${line}\n`).join("")}\n`;
  if (node.keyword.text !== "collection")
    return section(changes.length ? changes.flatMap(changeLines) : ["No semantic changes."]);
  const sections = CATEGORIES.flatMap(([category, name]) => {
    const found = changes.filter((change) => categoryOf(change) === category);
    return found.length ? [section([`* ${name}:`, ...found.flatMap(changeLines)])] : [];
  });
  if (migrations.length) sections.unshift(section(["* Defined fields:", ...migrations.flat()]));
  return sections.join("") || section(["No semantic changes."]);
}

/** Everything that an item has besides its name, and what none could be without. */
function partsOf(node: FslNode, change: "add" | "remove"): Change[] {
  const all = change === "add" ? changesOf(null, node) : changesOf(node, null);
  return all.filter((each) => {
    const kind = "element" in each ? each.element.kind : "";
    return kind !== "issuer" && kind !== "jwks_uri";
  });
}

interface Rendering {
  readonly format: DiffFormat;
  readonly renames?: Renames | undefined;
  /** What becomes of the documents of collections. */
  readonly migrations?: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** What changes between two sets of files. */
export function renderDiff(
  before: Files,
  after: Files,
  { format, renames = new Map(), migrations = new Map() }: Rendering,
): string {
  const [old, now] = [placedIn(before), placedIn(after)];
  const oldByKey = new Map(old.map((each) => [keyOf(each.node), each]));
  const nowByKey = new Map(now.map((each) => [oldKeyOf(each.node, renames), each]));
  const section = (heading: string, node: FslNode, changes: readonly Change[] | null): string => {
    if (format === "summary") return `${heading}\n`;
    const migrated = migrations.get(keyOf(node)) ?? [];
    return changes ? `${heading}:\n${summary(node, changes, migrated)}` : `${heading}\n\n`;
  };
  const added = inOrder(now.filter(({ node }) => !oldByKey.has(oldKeyOf(node, renames)))).map(
    (each) => {
      const parts = partsOf(each.node, "add");
      return section(title("Adding", "to", each), each.node, parts.length ? parts : null);
    },
  );
  const removed = inOrder(old.filter(({ node }) => !nowByKey.has(keyOf(node)))).map((each) => {
    const parts = partsOf(each.node, "remove");
    return section(title("Removing", "from", each), each.node, parts.length ? parts : null);
  });
  const modified = inOrder(old).flatMap((each) => {
    const next = nowByKey.get(keyOf(each.node));
    const changes = next ? changesOf(each.node, next.node) : [];
    if (!next || !changes.length) return [];
    const moved = each.file === next.file ? "" : ` (previously defined at ${place(each)})`;
    return [section(title("Modifying", "at", next, each) + moved, next.node, changes)];
  });
  return [...added, ...removed, ...modified].join("");
}
