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
  /** The contents of stdin. @default empty */
  stdin?: string | Readable;
  /**
   * Simulates a terminal: when a prompt contains `question`, types `keys` and Enter.
   * @default not a terminal
   */
  answers?: readonly (readonly [question: string, keys: string])[];
  /** More texts that must not appear in the output or in a file, such as tokens. */
  secrets?: readonly string[];
  /** Allows the output to contain the secret key of a local Clerk. */
  printsKey?: boolean;
  files?: Files;
  fetch?: typeof fetch;
  now?: () => number;
  signal?: AbortSignal;
  /** Called with each chunk of output. */
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
 * Runs a command line in this process. Fails if the output or a written file contains a secret of the environment or
 * stdin, or anything that looks like a token.
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
    terminal?.onOutput(text);
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

/** Fails if a text contains one of the secrets, or anything that looks like a Clerk key, a Fauna key or a JWT. */
export function expectNoSecrets(text: string, secrets: readonly string[] = []): void {
  for (const secret of secrets) {
    if (secret.length < 10) throw new Error("Use a longer secret: this one may match other text.");
    expect(text.includes(secret), "A secret was printed or written.").toBe(false);
  }
  expect(text).not.toMatch(/sk_(test|live)_\w/);
  expect(text).not.toMatch(/eyJ[\w-]{8,}\.[\w-]{8,}/);
  expect(text).not.toMatch(/\bfn[A-Za-z0-9_-]{30,}/);
}

/** Creates a folder, removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fauna-clerk-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The text files in a folder, by path. */
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

/** Stdin has `NAME=value` lines or one token. */
function secretsInText(stdin: string): string[] {
  const lines = stdin.split("\n").map((line) => line.replace(/^\w+=/, "").trim());
  return lines.filter((line) => line.length >= 10);
}

function readable(stdin: string | Readable): Readable {
  if (typeof stdin !== "string") return stdin;
  return Readable.from(stdin === "" ? [] : [stdin]);
}

/** A terminal that types answers to prompts. */
class Terminal {
  readonly input: PassThrough & { isTTY: true } = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode: (): void => undefined,
  });
  #shown = "";
  #next = 0;

  constructor(private readonly answers: readonly (readonly [string, string])[]) {}

  onOutput(text: string): void {
    this.#shown += text;
    const [question, keys] = this.answers[this.#next] ?? [];
    if (question === undefined || !this.#shown.includes(question)) return;
    this.#next++;
    this.#shown = "";
    // Wait until the prompt listens.
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
