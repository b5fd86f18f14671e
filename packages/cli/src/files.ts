import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** The file system, as far as the commands use it. */
export interface Files {
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Writes a file as a whole: whoever reads it meanwhile sees the old text or the new one, never half of it. */
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
