// What the text of a query tells about what it returns. It is read only as far as that is certain: of any other text
// nothing is said.

/** The parts of an encoded query: its text, and what is inserted into it. */
export type Fql = readonly unknown[];

interface Inserted {
  readonly fql?: Fql;
}

/** Inserts the texts of the queries that are parts of a query. As in Fauna, they read as if they were written there. */
export function flatten(fql: Fql, flat: unknown[] = []): Fql {
  for (const part of fql) {
    const { fql: inner } = part as Inserted;
    const isText = typeof part === "string" && typeof flat.at(-1) === "string";
    if (inner) flatten(inner, flat);
    else flat.push(isText ? (flat.pop() as string) + part : part);
  }
  return flat;
}

const STRINGS_AND_COMMENTS =
  /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g;

/** A string with an expression in it stays as it is. Quotes come before slashes. */
const blank = (text: string): string =>
  /^"[^]*#\{/.test(text) ? text : (text > "/" ? " " : "_").repeat(text.length);

/** Whether an inserted value is, or has in it, what other documents tell of, or a query. */
const hasReference = (value: unknown): boolean =>
  /[{,]"(?:@(?:ref|doc|set)|fql)":/.test(JSON.stringify(value));

/** The text with strings and comments blanked out, each character in its place. A value is a `$`, a reference `&`. */
export const outlineOf = (fql: Fql): string =>
  fql
    .map((part) => {
      if (typeof part === "string") return part.replace(STRINGS_AND_COMMENTS, blank);
      return hasReference(part) ? "&" : "$";
    })
    .join("");

/** Cuts a query in two at a place in its outline. */
export function cut(fql: Fql, place: number): [Fql, Fql] {
  let left = place;
  for (const [index, part] of fql.entries()) {
    const text = typeof part === "string" ? part : undefined;
    const length = text?.length ?? 1;
    if (left < length) {
      const before = text ? [text.slice(0, left)] : [];
      return [
        [...fql.slice(0, index), ...before],
        [text?.slice(left) ?? part, ...fql.slice(index + 1)],
      ];
    }
    left -= length;
  }
  return [fql, []];
}

const GROUP = /\([^(){}[\]]*\)|\{[^(){}[\]]*\}|\[[^(){}[\]]*\]/g;
const NAMES = { "(": "#", "{": "@", "[": "%" };

const nameOf = (group: string): string => NAMES[group[0] as keyof typeof NAMES];

/** Replaces what is in parentheses by `#`, in braces by `@`, in brackets by `%`. */
export function withoutGroups(outline: string, replace: typeof nameOf = nameOf): string {
  const next = outline.replace(GROUP, replace);
  return next === outline ? next : withoutGroups(next, replace);
}

/** A document that a query names by its id. */
export interface NamedDocument {
  /** The query as far as it names the document. */
  readonly fql: Fql;
  /** Whether it returns the document as it is. */
  readonly isWhole: boolean;
  /** The fields of fields that it returns. One of them may be another document. */
  readonly path: readonly string[];
}

/** Statements that name simple values, and a collection. What is called without a capital is a function. */
const HEAD =
  /^(?:\s*let\s+\w+\s*=\s*-?[\w$]+[ \t]*[\n;])*\s*(?:[\w$]+\s*(\.\s*byId)|[A-Z$]\w*)\s*\(/;
/** What may read other documents: a call, an element or a field of anything, a reference. */
const READ = /[\w$\])]\s*[([#%]|#\{|\.\s*[A-Za-z_]|[&~]/;
/** What tells of the token. */
const OF_TOKEN =
  /\bQuery\s*\.\s*(?:token\s*\(\s*\)(?:\s*[!?]*\s*\.\s*\w+\b(?!\s*\())*|identity\s*\(\s*\)\s*[!?]*\s*\.\s*id\b)|\bID\s*\(/g;
/** Fields of the document, a projection, and simple values in its place. */
const REST =
  /^\s*!?((?:\s*\??\.\s*\w+\s*!?(?![\w#&]))*)\s*[@~]?(?:\s*\?\?\s*(?:abort[#&]|-?(?:\d+\.\d+|[\w$]+)|[@%]))*\s*$/;

/** A projection that may read is a `~`. What is in other brackets, which come before braces, is a `&` then. */
const nameOrRead = (group: string): string =>
  !READ.test(group.slice(1)) ? nameOf(group) : group < "{" ? "&" : "~";

/**
 * Returns the document that a query is about: `C.byId(…)` or `C(…)`, perhaps with `!`, `?.`, `??` or a projection behind
 * it. A document that was picked out of a set is none: another one may take its place. Nor is one whose id, or what is
 * in its place, another document tells.
 */
export function namedDocument(query: Fql): NamedDocument | undefined {
  const fql = flatten(query);
  const outline = outlineOf(fql);
  const [head, byId] = HEAD.exec(outline) ?? [];
  if (!head) return undefined;
  const inside = withoutGroups(outline.slice(head.length), (group) => "_".repeat(group.length));
  const place = head.length + inside.indexOf(")");
  const rest = outline.slice(place + 1);
  const id = outline.slice(head.length, place).replace(OF_TOKEN, "");
  const [, fields] = REST.exec(withoutGroups(rest, nameOrRead)) ?? [];
  if (READ.test(id) || fields === undefined) return undefined;
  const [before, after] = cut(fql, head.length - 1);
  // A function with a capital has no documents, and Fauna says so.
  const named = byId ? before : [...before, ".byId"];
  return {
    fql: [...named, ...cut(after, place - head.length + 2)[0]],
    isWhole: /^\s*!?\s*$/.test(rest),
    path: fields.match(/\w+/g) ?? [],
  };
}
