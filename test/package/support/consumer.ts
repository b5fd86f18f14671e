import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A folder of its own with the packed package in it and those of its peers that it is given. */
export interface Consumer {
  readonly folder: string;
  /** Runs Node on a module's text; what it prints. */
  node(text: string, type: "module" | "commonjs"): string;
  /** Compiles files with the given compiler options; what TypeScript has to say. */
  compile(files: Record<string, string>, options: Record<string, unknown>): string;
  dispose(): void;
}

export const PEERS: readonly string[] = ["react", "fauna", "@tanstack/react-query"];
export const OPTIONAL_PEERS: readonly string[] = ["@clerk/clerk-react", "@clerk/react", "faunadb"];

/** The paths of the files that `npm publish` would send. */
export function packedFiles(): string[] {
  const [{ files }] = JSON.parse(npm("pack", "--dry-run", "--json")) as [
    { files: { path: string }[] },
  ];
  return files.map(({ path }) => path);
}

/** Installs the package from its tarball, next to links to these packages. */
export function installPackage(packages: readonly string[]): Consumer {
  const folder = mkdtempSync(join(tmpdir(), "fauna-clerk-consumer-"));
  const installed = join(folder, "node_modules/fauna-clerk");
  mkdirSync(installed, { recursive: true });
  const [{ filename }] = JSON.parse(npm("pack", "--json", "--pack-destination", folder)) as [
    { filename: string },
  ];
  run("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components", "1"]);
  for (const name of packages) link(name, folder);

  return {
    folder,
    node: (text, type) => run(process.execPath, [`--input-type=${type}`, "-e", text], folder),
    compile(files, options) {
      const strict = { strict: true, noEmit: true, types: [], jsx: "react-jsx", ...options };
      const config = { compilerOptions: strict, files: Object.keys(files) };
      for (const [name, text] of Object.entries({
        ...files,
        "tsconfig.json": JSON.stringify(config),
      }))
        writeFileSync(join(folder, name), text);
      return output(process.execPath, [join(root, "node_modules/typescript/bin/tsc")], folder);
    },
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

function link(name: string, folder: string): void {
  const target = join(folder, "node_modules", name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(root, "node_modules", name), target, "dir");
}

const npm = (...args: string[]): string => run("npm", args, root);

const run = (file: string, args: string[], cwd = root): string =>
  execFileSync(file, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Like `run`, but a failure's output is the answer. */
function output(file: string, args: string[], cwd: string): string {
  try {
    return run(file, args, cwd);
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
