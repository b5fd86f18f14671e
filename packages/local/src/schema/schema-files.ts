import { schemaText } from "../fql/model/schema-text";
import type { Database } from "../store";
import { applyItems } from "./apply";
import { parseFsl, refuseDuplicates, type FslItem, type LocatedItem } from "./fsl-items";

export type Files = ReadonlyMap<string, string>;

export const MAIN_FILE = "main.fsl";

const OF_DATABASE = new WeakMap<Database, SchemaFiles>();

/** The FSL files of one database, and those that are staged. */
export class SchemaFiles {
  #files: Files = new Map();
  /** The schema that `#files` describe; when FQL has changed it since, they are written anew. */
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
      this.#files = new Map([[MAIN_FILE, schemaText(this.database).text]]);
      this.#version = this.database.schemaVersion;
    }
    return this.#files;
  }

  get staged(): Files | undefined {
    return this.#staged;
  }

  /** Files as they are to become: all of them, or (without `override`) these besides those that are there. */
  merged(files: Files, override: boolean): Files {
    return override ? files : new Map([...this.active, ...files]);
  }

  /** Makes the database what the files say. Throws if they are not accepted, and changes nothing then. */
  update(files: Files): void {
    const before = new Map(
      locateAll(this.active).map((found) => [key(found.item), content(found)]),
    );
    const wanted = locateAll(files);
    const texts = new Map(wanted.map((found) => [found.item, content(found)]));
    applyItems(this.database, wanted, (item) => before.get(key(item)) === texts.get(item));
    this.#files = files;
    this.#version = this.database.schemaVersion;
  }

  stage(files: Files): void {
    locateAll(files);
    this.#staged = files;
  }

  /** Drops what is staged and gives it back. */
  unstage(): Files | undefined {
    const staged = this.#staged;
    this.#staged = undefined;
    return staged;
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
