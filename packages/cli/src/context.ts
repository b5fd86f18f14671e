import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A stream that may be a terminal. */
export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

/** Everything outside that a command may use. Tests pass their own, and run commands in-process. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly fetch: typeof fetch;
  readonly files: Files;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** The version of the package. */
  readonly version: string;
}

/** The file system operations that commands use. */
export interface Files {
  /** The text of a file, or undefined if there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Replaces a file atomically: readers see the old text or the new one, never half of it. */
  write(path: string, text: string): Promise<void>;
}

export const files: Files = {
  async read(path) {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  },
  async write(path, text) {
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.${String(process.pid)}.tmp`;
    try {
      await writeFile(unfinished, text);
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { force: true });
    }
  },
};
