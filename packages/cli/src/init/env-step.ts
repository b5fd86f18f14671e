import { join, resolve } from "node:path";
import type { CommandContext } from "../command";
import { isLocal } from "../publishable-key";
import type { InitOptions } from "./settings";
import type { Setup } from "./setup";
import type { Step } from "./step";
import { parseEnv } from "node:util";

/** Writes the app's settings, none of them secret, to an env file. Keeps its other lines. */
export function envStep(setup: Setup, context: CommandContext<InitOptions>): Step {
  const { cwd, files, options } = context;
  const { instance } = setup.settings;
  // Production builds read .env.local too, and it may hold the keys of a real instance.
  const usual = isLocal(instance) ? ".env.development.local" : ".env.local";
  const file = options.dotenv ?? usual;
  const path = resolve(cwd, file);
  return {
    title: file,
    async inspect() {
      const text = await files.read(path);
      const variables = appVariables(setup, await publicPrefix(context));
      const missing = missingVariables(text ?? "", variables);
      if (missing.length === 0) return { state: "same" };
      const details = missing.map(({ name, value }) => `${name}=${value}`);
      const apply = async (): Promise<undefined> => {
        await files.write(path, mergeEnv(text ?? "", missing));
      };
      const kind = text === undefined ? "create" : "update";
      return { state: "change", change: { kind, details, apply } };
    },
  };
}

function appVariables({ settings: { instance, endpoint } }: Setup, prefix: string): Variable[] {
  return [
    { name: `${prefix}CLERK_PUBLISHABLE_KEY`, value: instance.publishableKey },
    ...(endpoint === undefined ? [] : [{ name: `${prefix}FAUNA_ENDPOINT`, value: endpoint }]),
  ];
}

/** The prefixes of frameworks, by the package of each. */
const PREFIXES = { next: "NEXT_PUBLIC_", expo: "EXPO_PUBLIC_" };

/** The prefix of the app's bundler: the one already in use, or else by the app's dependencies. */
async function publicPrefix({
  cwd,
  files,
  environment,
}: CommandContext<InitOptions>): Promise<string> {
  const known = environment.findPublic("CLERK_PUBLISHABLE_KEY")?.name ?? "";
  const [prefix] = /^(VITE|NEXT_PUBLIC|EXPO_PUBLIC)_/.exec(known) ?? [];
  if (prefix !== undefined) return prefix;
  const manifest = (await files.read(join(cwd, "package.json"))) ?? "";
  const framework = Object.entries(PREFIXES).find(([name]) =>
    new RegExp(`"${name}"\\s*:`).test(manifest),
  );
  return framework?.[1] ?? "VITE_";
}

/** A variable in an env file. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Sets variables in the text of an env file: in place if they exist, else at the end. */
function mergeEnv(text: string, variables: readonly Variable[]): string {
  return variables.reduce(setVariable, text);
}

/** The variables that an env file lacks, or has with another value. */
function missingVariables(text: string, variables: readonly Variable[]): Variable[] {
  const known = parseEnv(text);
  return variables.filter(({ name, value }) => known[name] !== value);
}

function setVariable(text: string, { name, value }: Variable): string {
  if (parseEnv(text)[name] === value) return text;
  const line = `${name}=${quote(value)}`;
  const assignments = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, "gm");
  // The last assignment counts.
  const last = [...text.matchAll(assignments)].at(-1);
  if (last) return text.slice(0, last.index) + line + text.slice(last.index + last[0].length);
  return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${line}\n`;
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `"${value}"`;
}
