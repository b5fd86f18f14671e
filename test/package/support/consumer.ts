import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A folder of its own with packed packages in it, and others that they need. */
export interface Consumer {
  readonly folder: string;
  /** Runs Node on a module's text, perhaps with a condition of resolution; what it prints. */
  node(text: string, type: "module" | "commonjs", condition?: string): string;
  /** Compiles files with the given compiler options; what TypeScript has to say. */
  compile(files: Record<string, string>, options: Record<string, unknown>): string;
  dispose(): void;
}

export const PEERS: readonly string[] = ["react", "fauna", "@tanstack/react-query"];
const { version, ...manifest } = readManifest(".");
export { version };
export const OPTIONAL_PEERS: readonly string[] = Object.keys(manifest.peerDependenciesMeta);

/** The published packages and their folders. */
export const PACKAGES = {
  "fauna-clerk": ".",
  "@fauna-clerk/local": "packages/local",
  "@fauna-clerk/cli": "packages/cli",
} as const;
export type PackageName = keyof typeof PACKAGES;

export interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly repository: { readonly url: string; readonly directory?: string };
  readonly publishConfig: { readonly access: string; readonly provenance: boolean };
  readonly bin: Readonly<Record<string, string>>;
  readonly main: string;
  readonly module: string;
  readonly types: string;
  readonly exports: Readonly<
    Record<string, string | Readonly<Record<"import" | "require", Record<string, string>>>>
  >;
  readonly typesVersions: Readonly<Record<"*", Readonly<Record<string, readonly string[]>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, object>>;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

export interface PackedFiles {
  readonly paths: readonly string[];
  /** In bytes, as npm shows it. */
  readonly unpackedSize: number;
}

/** What `npm publish` would send. */
export function packedFiles(name: PackageName): PackedFiles {
  const [{ files, unpackedSize }] = JSON.parse(
    npm("pack", "--dry-run", "--json", ...workspace(name)),
  ) as [{ files: { path: string }[]; unpackedSize: number }];
  return { paths: files.map(({ path }) => path), unpackedSize };
}

/** Packs a package as `npm publish` does; the tarball's path. */
export function pack(name: PackageName, folder: string): string {
  const [{ filename }] = JSON.parse(
    npm("pack", "--json", "--pack-destination", folder, ...workspace(name)),
  ) as [{ filename: string }];
  return join(folder, filename);
}

const workspace = (name: PackageName): string[] =>
  name === "fauna-clerk" ? [] : ["--workspace", name];

/** Unpacks packages of ours from their tarballs, next to links to other packages. */
export function installPackages(
  ours: readonly PackageName[],
  packages: readonly string[],
): Consumer {
  const folder = temporaryFolder();
  for (const name of ours) {
    const installed = join(folder, "node_modules", name);
    mkdirSync(installed, { recursive: true });
    run("tar", ["-xzf", pack(name, folder), "-C", installed, "--strip-components", "1"]);
  }
  for (const name of packages) link(name, folder);

  return {
    folder,
    node: (text, type, condition = "node") =>
      run(
        process.execPath,
        [`--conditions=${condition}`, `--input-type=${type}`, "-e", text],
        folder,
      ),
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

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "fauna-clerk-consumer-"));
}

function link(name: string, folder: string): void {
  const target = join(folder, "node_modules", name);
  mkdirSync(dirname(target), { recursive: true });
  const source = join(root, "node_modules", name);
  if (existsSync(source)) symlinkSync(source, target, "dir");
  else standIn(target);
}

/** Frameworks are installed where they are tested. Here their SDKs only have what the library imports. */
function standIn(target: string): void {
  mkdirSync(target, { recursive: true });
  const files = {
    "package.json": `{ "exports": { ".": "./index.cjs", "./*": "./index.cjs" } }`,
    "index.cjs": "exports.useAuth = exports.auth = exports.headers = () => {};",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(target, name), text);
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
