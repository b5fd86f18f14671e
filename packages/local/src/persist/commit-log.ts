import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import type { Commit } from "../store";
import { decodeCommit, encodeCommit } from "./codec";

/** The first line: which database this is. */
interface Header {
  readonly format: 1;
  readonly globalId: string;
}

/** An append-only file of commits, one line each. A last line that was cut off is dropped. */
export class CommitLog {
  private constructor(
    readonly file: string,
    readonly globalId: string,
    /** What was in the file when it was opened. */
    readonly commits: readonly Commit[],
  ) {}

  /** Opens a log, or begins one under this global id. Throws if the file is something else. */
  static open(file: string, newGlobalId: string): CommitLog {
    const lines = existsSync(file) ? wholeLines(file) : [];
    const [first, ...rest] = lines;
    if (first === undefined) {
      mkdirSync(dirname(file), { recursive: true });
      append(file, JSON.stringify({ format: 1, globalId: newGlobalId } satisfies Header));
      return new CommitLog(file, newGlobalId, []);
    }
    return new CommitLog(file, readHeader(file, first).globalId, rest.map(decodeCommit));
  }

  /** Deletes the file: nothing of a database that was not accepted is to be found at the next start. */
  discard(): void {
    rmSync(this.file);
  }

  append(commit: Commit): void {
    append(this.file, encodeCommit(commit));
  }
}

/** How every log begins. */
const BEGINNING = '{"format":1,"globalId":"';

/**
 * The lines that end as they should; the rest is cut off, so that what follows does not run into it. Only once it is
 * clear that the file is a log: anything else stays as it is.
 */
function wholeLines(file: string): string[] {
  const text = readFileSync(file, "utf8");
  if (!text.startsWith(BEGINNING.slice(0, text.length))) throw notALog(file);
  const end = text.lastIndexOf("\n") + 1;
  if (end < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, end)));
  return text.slice(0, end).split("\n").slice(0, -1);
}

function append(file: string, line: string): void {
  appendFileSync(file, `${line}\n`);
}

function readHeader(file: string, line: string): Header {
  let header: Partial<Header> = {};
  try {
    header = JSON.parse(line) as Partial<Header>;
  } catch {
    // Said below, like any other first line that is no header.
  }
  if (header.format !== 1 || typeof header.globalId !== "string") throw notALog(file);
  return header as Header;
}

function notALog(file: string): Error {
  return new Error(`${file} is not a database of the local Fauna.`);
}
