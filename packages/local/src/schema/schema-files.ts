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

/** Files, and the schema that they describe: when FQL has changed it since, they are brought up to date. */
interface Kept {
  readonly files: Files;
  readonly version: number;
}
const NOTHING: Kept = { files: new Map(), version: -1 };

/** The FSL files of one database: those of the schema in use, and those of one that is staged. */
export class SchemaFiles {
  #active = NOTHING;
  /** Of the staged schema, if there is one. */
  #staged = NOTHING;

  private constructor(readonly database: Database) {}

  static of(database: Database): SchemaFiles {
    const known = OF_DATABASE.get(database) ?? new SchemaFiles(database);
    OF_DATABASE.set(database, known);
    return known;
  }

  /** The files of the schema in use. */
  get active(): Files {
    const { pinned, schemaVersion } = this.database;
    const isKnown =
      pinned === undefined ? this.#active.version === schemaVersion : this.#active !== NOTHING;
    if (!isKnown) this.#active = this.#kept(written(this.database, this.#active.files, pinned));
    return this.#active.files;
  }

  get staged(): Files | undefined {
    if (this.database.pinned === undefined) return undefined;
    if (this.#staged.version !== this.database.schemaVersion)
      this.#staged = this.#kept(this.current());
    return this.#staged.files;
  }

  /** The files of the staged schema, or else of that in use. */
  get latest(): Files {
    return this.staged ?? this.active;
  }

  /** The latest files as the database's documents are now. */
  current(): Files {
    const { files } = this.database.pinned === undefined ? this.#active : this.#staged;
    return written(this.database, files);
  }

  /** Files as they are to become: all of them, or (without `override`) these besides those of the schema in use. */
  merged(files: Files, override: boolean): Files {
    if (override) return files;
    return new Map([...files, ...[...this.active].filter(([name]) => !files.has(name))]);
  }

  /** The files that are then there, in the order in which they came first. */
  stored(files: Files, override: boolean): Files {
    const before = [...this.latest].filter(([name]) => !override || files.has(name));
    const all = new Map([...before, ...files]);
    const isBlank = (name: string): boolean => this.latest.has(name) && !all.get(name)?.trim();
    return new Map([...all].filter(([name]) => !isBlank(name)));
  }

  /** The database is what these files say. */
  keep(files: Files): void {
    const { pinned } = this.database;
    if (pinned === undefined) {
      this.#active = this.#kept(files);
      this.#staged = NOTHING;
      // What was staged before and is in none of these files is there, too.
    } else this.#staged = { files, version: -1 };
  }

  #kept(files: Files): Kept {
    return { files, version: this.database.schemaVersion };
  }
}

/** Files brought up to date with the documents as of `ts`. */
function written(database: Database, files: Files, ts?: number): Files {
  const text = marked(schemaText(database, ts));
  return files.size ? patched(files, text) : new Map([[MAIN_FILE, text]]);
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

export function key({ kind, name }: Pick<FslItem, "kind" | "name">): string {
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
