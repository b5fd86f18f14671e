import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Context } from "./context";

/** In Vite's order: later files win. (In Next.js, .env.local wins over .env.development.) */
const ENV_FILES = [".env", ".env.local", ".env.development", ".env.development.local"];
/** Prefixes of the variables that bundlers expose to pages and apps. */
const PUBLIC_PREFIXES = ["", "VITE_", "NEXT_PUBLIC_", "EXPO_PUBLIC_"];

/** A variable, and where we found it. */
export interface FoundVariable {
  readonly name: string;
  readonly value: string;
  /** `"environment"`, or the name of a file. */
  readonly source: string;
}

/** The variables of the process, then those of the `.env*` files in a folder. */
export class Environment {
  readonly #layers: readonly { source: string; variables: Context["env"] }[];

  private constructor(layers: { source: string; variables: Context["env"] }[]) {
    this.#layers = layers;
  }

  static async load({
    cwd,
    env,
    files,
  }: Pick<Context, "cwd" | "env" | "files">): Promise<Environment> {
    const layers = [{ source: "environment", variables: env }];
    for (const source of [...ENV_FILES].reverse()) {
      const text = await files.read(join(cwd, source));
      if (text !== undefined) layers.push({ source, variables: parseEnv(text) });
    }
    return new Environment(layers);
  }

  /** The first of these variables that is set and not empty. */
  find(...names: string[]): FoundVariable | undefined {
    for (const { source, variables } of this.#layers)
      for (const name of names) {
        const value = variables[name]?.trim();
        if (value) return { name, value, source };
      }
    return undefined;
  }

  /** The same, also with a bundler's prefix, such as `VITE_`. */
  findPublic(name: string): FoundVariable | undefined {
    return this.find(...PUBLIC_PREFIXES.map((prefix) => prefix + name));
  }
}
