import { CheckError } from "../fql/errors";
import { schemaText } from "../fql/model/schema-text";
import type { Database } from "../store/database";
import { parseFsl, refuseDuplicates, type FslItem, type LocatedItem } from "./fsl-items";

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
      this.#files = this.current();
      this.#version = this.database.schemaVersion;
    }
    return this.#files;
  }

  /** The files as the database's documents are now. */
  current(): Files {
    const text = marked(schemaText(this.database));
    return this.#files.size ? patched(this.#files, text) : new Map([[MAIN_FILE, text]]);
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

/** All items of some files. */
export function locateAll(files: Files): LocatedItem[] {
  const located = [...files].flatMap(([filename, text]) =>
    parseFsl(text, filename).map((item) => ({ filename, text, item })),
  );
  refuseDuplicates(located);
  return located;
}

export function content({ text, item }: LocatedItem): string {
  return text.slice(item.start, item.end);
}

export function key({ kind, name }: FslItem): string {
  return `${kind} ${name}`;
}

/** Files with the items of another text instead of theirs. Items that say the same stay as they are written. */
function patched(files: Files, text: string): Files {
  const wanted = new Map(
    locateAll(new Map([[MAIN_FILE, text]])).map((found) => [key(found.item), found]),
  );
  const result = new Map(files);
  for (const { filename, item } of locateAll(files).reverse()) {
    const found = wanted.get(key(item));
    wanted.delete(key(item));
    if (found && saysTheSame(found.item, item)) continue;
    const old = result.get(filename)!;
    result.set(filename, replaced(old, item, found ? content(found) : ""));
  }
  const main = [...wanted.values()].reduce(appended, result.get(MAIN_FILE) ?? "");
  return main ? result.set(MAIN_FILE, main) : result;
}

function saysTheSame(a: FslItem, b: FslItem): boolean {
  return JSON.stringify(a.fields) === JSON.stringify(b.fields);
}

function replaced(text: string, { start, end }: FslItem, by: string): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  if (by) return before + by + after;
  return /^[ \t]*\n/.test(after) ? before.trimEnd() + after : before + after.trimStart();
}

function appended(text: string, found: LocatedItem): string {
  const item = `${content(found)}\n`;
  if (!text.trim()) return item;
  return `${text}\n${/\n[ \t]*$/.test(text) ? "" : "\n"}${item}`;
}
