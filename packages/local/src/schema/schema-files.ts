import { CheckError } from "../fql/errors";
import { schemaText } from "../fql/model/schema-text";
import type { Database } from "../store/database";
import { keyOf } from "./diff";
import { changesOf } from "./fsl-changes";
import { parseNodes } from "./fsl-parser";
import { applyChanges, replaceWith } from "./fsl-patch";
import { parseFsl, type FslItem, type LocatedItem } from "./fsl-items";

export type Files = ReadonlyMap<string, string>;

export const MAIN_FILE = "main.fsl";

const OF_DATABASE = new WeakMap<Database, SchemaFiles>();

/** The FSL files of one database, and those that are staged. */
export class SchemaFiles {
  #files: Files = new Map();
  /** The schema that `#files` describe; when FQL has changed it since, they are brought up to date. */
  #version = -1;
  #staged: Files | undefined;

  private constructor(readonly database: Database) {}

  static of(database: Database): SchemaFiles {
    const known = OF_DATABASE.get(database) ?? new SchemaFiles(database);
    OF_DATABASE.set(database, known);
    return known;
  }

  get active(): Files {
    if (this.#version !== this.database.schemaVersion) {
      this.keep(this.current());
    }
    return this.#files;
  }

  /** The files as the database's documents are now. */
  current(): Files {
    const text = marked(schemaText(this.database));
    if (!this.#files.size) return new Map([[MAIN_FILE, text]]);
    return patched(this.#files, text);
  }

  get staged(): Files | undefined {
    return this.#staged;
  }

  /** Files as they are to become: all of them, or (without `override`) these besides those that are there. */
  merged(files: Files, override: boolean): Files {
    return override ? files : new Map([...this.active, ...files]);
  }

  /** The database is what these files say. */
  keep(files: Files): void {
    this.#files = files;
    this.#version = this.database.schemaVersion;
  }

  stage(files: Files): void {
    this.#staged = files;
  }

  /** Drops what is staged and gives it back. */
  unstage(): Files | undefined {
    const staged = this.#staged;
    this.#staged = undefined;
    return staged;
  }
}

/** What the server writes over FSL that it made itself and cannot read. */
const WARNING = `// WARNING: the following auto-generated items contain invalid FSL syntax.
// Please fix its syntax and re-submit the file. Contact support if you need
// assistance via https://support.fauna.com.
`;

function marked(text: string): string {
  try {
    parseFsl(text);
    return text;
  } catch (error) {
    if (error instanceof CheckError) return `${WARNING}\n\n${text}`;
    throw error;
  }
}

export function content({ text, item }: LocatedItem): string {
  return text.slice(item.start, item.end);
}

export function key({ kind, name }: FslItem): string {
  return `${kind} ${name}`;
}

/** Files with the items of another text instead of theirs: only what is different is written anew. */
function patched(files: Files, text: string): Files {
  const wanted = new Map(parseNodes({ name: MAIN_FILE, text }).map((node) => [keyOf(node), node]));
  const result = new Map<string, string>();
  for (const [filename, old] of files) {
    const nodes = parseNodes({ name: filename, text: old }).reverse();
    const file = nodes.reduce((now, before) => {
      const after = wanted.get(keyOf(before));
      wanted.delete(keyOf(before));
      const { end } = before.span;
      if (!after) return replaceWith(now, { start: before.documented, end }, "");
      const range = { start: before.start, end };
      return applyChanges(now, changesOf(before, after), { before, after, text }, range);
    }, old);
    result.set(filename, file);
  }
  const main = [...wanted.values()].reduce(
    (now, node) => appended(now, text.slice(node.start, node.span.end)),
    result.get(MAIN_FILE) ?? "",
  );
  return main ? result.set(MAIN_FILE, main) : result;
}

function appended(text: string, item: string): string {
  if (!text.trim()) return `${item}\n`;
  return `${text}\n${/\n[ \t]*$/.test(text) ? "" : "\n"}${item}\n`;
}
