import {
  type AccessProvider,
  type GrantedRole,
  type Privilege,
  type Role,
  roleName,
  rolePredicate,
  toArray,
} from "../fauna-state";

/** An item of a schema, such as `role user`, with parts such as `privileges Todo`. */
export interface FslItem {
  /** The text before the brace. */
  readonly head: string;
  readonly parts: readonly FslPart[];
  /** Whether it replaces an existing item. Otherwise only missing parts are added to that. */
  readonly replaces: boolean;
  /** The text of a new item, if not made from head and parts. */
  readonly source?: string;
}

interface FslPart {
  readonly head: string;
  readonly text: string;
}

export function renderCollection(name: string): FslItem {
  return { head: `collection ${name}`, parts: [], replaces: false };
}

export function renderRole({ name, privileges, membership }: Role): FslItem {
  const members = toArray(membership).map(({ resource, predicate }) =>
    part(`membership ${resource}`, block(predicate)),
  );
  const parts = [...toArray(privileges).map(renderPrivilege), ...members];
  return { head: `role ${name}`, parts, replaces: false };
}

export function renderProvider(
  provider: Omit<AccessProvider, "audience" | "roles"> & { roles: readonly GrantedRole[] },
): FslItem {
  const { name, issuer, jwks_uri, roles } = provider;
  const parts = [
    part("issuer", ` ${JSON.stringify(issuer)}`),
    part("jwks_uri", ` ${JSON.stringify(jwks_uri)}`),
    ...roles.map((grant) => part(`role ${roleName(grant)}`, block(rolePredicate(grant)))),
  ];
  return { head: `access provider ${name}`, parts, replaces: true };
}

function renderPrivilege({ resource, actions = {} }: Privilege): FslPart {
  const lines = Object.entries(actions)
    .filter(([, rule]) => rule !== false)
    .map(
      ([action, rule]) =>
        `    ${action}${block(rule === true ? undefined : String(rule), "    ")}\n`,
    );
  return part(`privileges ${resource}`, ` {\n${lines.join("")}  }`);
}

function part(head: string, rest: string): FslPart {
  return { head, text: `  ${head}${rest}\n` };
}

function block(predicate: string | undefined, indent = "  "): string {
  return predicate === undefined ? "" : ` {\n${indent}  predicate (${predicate})\n${indent}}`;
}

/** Merges items into a schema, and lists what has changed. */
export function mergeFsl(
  before: string,
  items: readonly FslItem[],
): { text: string; details: string[] } {
  let text = before;
  const details: string[] = [];
  for (const item of items) {
    const merged = mergeItem(text, item);
    if (merged !== text) details.push(item.head);
    text = merged;
  }
  return { text, details };
}

function mergeItem(text: string, { head, parts, replaces, source }: FslItem): string {
  const whole = source ?? `${head} {\n${partsText(parts)}}`;
  const place = findItem(text, head);
  if (!place) return `${text.replace(/\n*$/, "\n")}\n${whole}\n`;
  const [start, end] = place;
  if (replaces) return text.slice(0, start) + whole + text.slice(end);
  const missing = parts.filter((one) => !matchHead(text.slice(start, end), one.head));
  if (missing.length === 0) return text;
  const body = text.slice(start, end - 1).trimEnd();
  return `${text.slice(0, start)}${body}\n${partsText(missing)}}${text.slice(end)}`;
}

function partsText(parts: readonly FslPart[]): string {
  return parts.map(({ text }) => text).join("");
}

function matchHead(text: string, head: string): RegExpExecArray | null {
  return new RegExp(`^[ \\t]*${head.replaceAll(" ", "\\s+")}(?![\\w])`, "m").exec(text);
}

/** The range of an item, from its head to its closing brace. */
function findItem(text: string, head: string): [number, number] | undefined {
  const start = matchHead(text, head);
  if (!start) return undefined;
  let depth = 0;
  for (const { 0: token, index } of text.slice(start.index).matchAll(BRACES)) {
    if (token === "{") depth++;
    if (token === "}" && --depth === 0) return [start.index, start.index + index + 1];
  }
  return undefined;
}

/** Matches braces, and comments and strings, which may contain some. */
const BRACES = /\/\/.*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}]/g;

/** The source of an item. */
export interface FslSource {
  /** For example `collection Todo`. */
  readonly head: string;
  /** Includes annotations. */
  readonly text: string;
}

/** Splits a schema into its items, without parsing them. */
export function splitFsl(text: string): FslSource[] {
  const starts: { head: string; at: number }[] = [];
  let depth = 0;
  for (const { 0: token, 1: head, index } of text.matchAll(TOKENS)) {
    if (head !== undefined && depth === 0)
      starts.push({ head: head.replace(/\s+/g, " "), at: index });
    else if (/^[{([]$/.test(token)) depth++;
    else if (/^[})\]]$/.test(token)) depth--;
  }
  return starts.map(({ head, at }, i) => ({
    head,
    text: text.slice(at, starts[i + 1]?.at).trim(),
  }));
}

/** Matches heads of items and brackets, and comments and strings, which may contain some. */
const TOKENS = new RegExp(
  [
    /\/\/.*|\/\*[\s\S]*?\*\//, // comments
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/, // strings
    /[{}()[\]]/,
    /^[ \t]*(?:@\w+\([^)]*\)\s*)*((?:collection|function|role|access\s+provider)\s+\w+)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);
