import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";

/** A program that ends when it is stopped, or when this process ends in whatever way, with all that it has started. */
export interface TiedProcess {
  /** What it has printed so far. */
  readonly output: () => string;
  readonly hasEnded: () => boolean;
  /** Resolves with the first match in what it prints. */
  readonly prints: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly stop: () => Promise<void>;
}

/**
 * Leads a group of processes. When its standard input ends, which this process's own end causes as well, it kills the
 * group and itself.
 */
const LEADER = `exec 3<&0
"$@" </dev/null 3<&- & program=$!
(cat <&3 >/dev/null; kill -KILL -$$) & wait $program`;

export function startTied(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): TiedProcess {
  const child = spawn("sh", ["-c", LEADER, "sh", program, ...args], {
    env: { ...process.env, ...env },
    detached: true,
  });
  const ended = once(child, "exit");
  let output = "";
  const listeners = new Set<() => void>();
  const onOutput = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", onOutput);
  child.stderr.on("data", onOutput);
  return {
    output: () => output,
    hasEnded: () => hasEnded(child),
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match) resolve(match);
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`${program} has ended.\n${output}`)));
      }),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcessWithoutNullStreams): boolean =>
  exitCode !== null || signalCode !== null;

/** A path to a program, which a variable of the environment may name. */
export function programAt(variable: string, path: string, debianPackage: string): string {
  const named = process.env[variable] ?? path;
  if (existsSync(named)) return named;
  throw new Error(`There is no ${named}: apt-get install ${debianPackage}, or set ${variable}.`);
}
