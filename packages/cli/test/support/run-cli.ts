import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, onTestFinished } from "vitest";
import { type Files, files as realFiles } from "../../src/context";
import { main } from "../../src/main";

export interface RunCliOptions {
  /** @default a new folder, removed after the test */
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** What stdin holds. @default nothing */
  stdin?: string | Readable;
  /**
   * Makes it a terminal, and types: whenever it asks something that holds the first text, the second, and Enter.
   * @default not a terminal
   */
  answers?: readonly (readonly [question: string, keys: string])[];
  /** Further texts that must not show in the output or in a file, such as tokens. */
  secrets?: readonly string[];
  /** It prints the secret key of a stand-in, on purpose. */
  printsKey?: boolean;
  files?: Files;
  fetch?: typeof fetch;
  now?: () => number;
  signal?: AbortSignal;
  /** Called with everything that is printed, as it comes. */
  onOutput?: (text: string) => void;
}

export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
  /** The document of `--json`. */
  json: any;
}

/**
 * Runs a command line in this process. Fails if a secret of the environment or stdin, or anything
 * that looks like a token, shows in what it prints or writes.
 */
export async function runCli(
  args: readonly string[],
  options: RunCliOptions = {},
): Promise<CliRun> {
  const { env = {}, stdin = "", onOutput, files = realFiles } = options;
  const cwd = options.cwd ?? (await temporaryFolder());
  const before = await filesOf(cwd);
  const terminal = options.answers && new Terminal(options.answers);
  const stdout = collect((text) => {
    onOutput?.(text);
    terminal?.shows(text);
  });
  const stderr = collect(onOutput);
  const code = await main(args, {
    env,
    cwd,
    stdin: terminal?.input ?? readable(stdin),
    stdout: terminal ? Object.assign(stdout.stream, { isTTY: true, columns: 200 }) : stdout.stream,
    stderr: stderr.stream,
    fetch: options.fetch ?? globalThis.fetch,
    files,
    now: options.now ?? Date.now,
    signal: options.signal ?? new AbortController().signal,
    version: "0.0.0-test",
  });
  const written = [...(await filesOf(cwd))].filter(([name, text]) => before.get(name) !== text);
  const printed = options.printsKey ? stdout.text().replace(PRINTED_KEY, "") : stdout.text();
  const texts = [printed, stderr.text(), ...written.map(([, text]) => text)];
  expectNoSecrets(texts.join("\n"), [
    ...secretsIn(env),
    ...(typeof stdin === "string" ? secretsInText(stdin) : []),
    ...(options.secrets ?? []),
  ]);
  return {
    code,
    stdout: stdout.text(),
    stderr: stderr.text(),
    get json() {
      return JSON.parse(stdout.text());
    },
  };
}

const PRINTED_KEY = /^ {2}CLERK_SECRET_KEY=sk_(test|live)_\w+$/m;

/** Fails if a text holds one of the secrets, or anything that looks like a Clerk key, a Fauna key or a JWT. */
export function expectNoSecrets(text: string, secrets: readonly string[] = []): void {
  for (const secret of secrets) {
    if (secret.length < 10)
      throw new Error("Too short to be told from other text: use a longer secret.");
    expect(text.includes(secret), "A secret was printed or written.").toBe(false);
  }
  expect(text).not.toMatch(/sk_(test|live)_\w/);
  expect(text).not.toMatch(/eyJ[\w-]{8,}\.[\w-]{8,}/);
  expect(text).not.toMatch(/\bfn[A-Za-z0-9_-]{30,}/);
}

/** A folder for one test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fauna-clerk-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The text files of a folder by their path. */
export async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return new Map(paths.map((path, i) => [path.slice(folder.length + 1), texts[i] ?? ""]));
}

function secretsIn(env: Record<string, string | undefined>): string[] {
  return ["FAUNA_ADMIN_KEY", "CLERK_SECRET_KEY"].flatMap((name) => env[name] || []);
}

/** Stdin holds `NAME=value` lines or one token. */
function secretsInText(stdin: string): string[] {
  const lines = stdin.split("\n").map((line) => line.replace(/^\w+=/, "").trim());
  return lines.filter((line) => line.length >= 10);
}

function readable(stdin: string | Readable): Readable {
  if (typeof stdin !== "string") return stdin;
  return Readable.from(stdin === "" ? [] : [stdin]);
}

/** Somebody who types answers. */
class Terminal {
  readonly input: PassThrough & { isTTY: true } = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode: (): void => undefined,
  });
  #shown = "";
  #next = 0;

  constructor(private readonly answers: readonly (readonly [string, string])[]) {}

  shows(text: string): void {
    this.#shown += text;
    const [question, keys] = this.answers[this.#next] ?? [];
    if (question === undefined || !this.#shown.includes(question)) return;
    this.#next++;
    this.#shown = "";
    // Not before the prompt listens.
    setImmediate(() => this.input.write(`${keys}\r`));
  }
}

function collect(onOutput?: (text: string) => void): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough();
  let all = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    all += text;
    onOutput?.(text);
  });
  return { stream, text: () => all };
}
