import { text } from "node:stream/consumers";
import { parseEnv } from "node:util";
import type { Context } from "./context";
import type { Environment } from "./environment";
import type { Prompts, ValidateAnswer } from "./prompts";

/** What each secret is for, as the prompt asks for it. */
const PROMPTS = {
  FAUNA_ADMIN_KEY: "Secret of a Fauna admin key (empty to skip Fauna)",
  CLERK_SECRET_KEY: "Clerk secret key, sk_… (empty to skip Clerk)",
} as const;

export type SecretName = keyof typeof PROMPTS;

/**
 * Where secrets come from: the environment, stdin or a prompt, never the command line. Each that was read is known
 * from then on, so that {@link redact} can keep it out of whatever is printed.
 */
export class Secrets {
  readonly #registered = new Set<string>();
  readonly #printable = new Set<string>();
  readonly #reads = new Map<SecretName, Promise<string | undefined>>();
  #stdinVariables: Promise<NodeJS.Dict<string>> | undefined;

  constructor(
    private readonly context: Pick<Context, "stdin">,
    private readonly sources: {
      environment: Environment;
      prompts: Prompts;
      /** `NAME=value` lines are to be read from stdin. */
      stdin: boolean;
    },
  ) {}

  /**
   * A secret by its name, asked for once; undefined when nobody has it.
   *
   * @param check - what a typed one has to pass; another is asked for where it does not.
   */
  read(name: SecretName, check?: ValidateAnswer): Promise<string | undefined> {
    const reading = this.#reads.get(name) ?? this.#find(name, check);
    this.#reads.set(name, reading);
    return reading;
  }

  /** All of stdin as one secret, such as a token; empty when there is nothing. */
  async readStdin(): Promise<string> {
    return this.register((await text(this.context.stdin)).trim());
  }

  /** Takes note of a secret, and returns it. */
  register(secret: string): string {
    if (secret !== "") this.#registered.add(secret);
    return secret;
  }

  /** Lets a key be printed: that of a stand-in opens nothing else. */
  allowPrinting(key: string): void {
    this.#printable.add(key);
  }

  /** The text without any secret that is known, and without anything that looks like a token. */
  redact(text: string): string {
    const known = [...this.#registered].filter((secret) => secret.length >= MIN_LENGTH);
    // The longest first: one may be the start of another.
    known.sort((a, b) => b.length - a.length);
    const clean = known.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
    return clean
      .replace(TOKEN, "[token]")
      .replace(CLERK_KEY, (key) => (this.#printable.has(key) ? key : "[secret]"));
  }

  async #find(name: SecretName, check?: ValidateAnswer): Promise<string | undefined> {
    const { environment, prompts } = this.sources;
    const given = (await this.#readStdinVariables())[name]?.trim() || environment.find(name)?.value;
    const secret =
      given ?? (prompts.interactive ? await prompts.password(PROMPTS[name], check) : "");
    return this.register(secret) || undefined;
  }

  async #readStdinVariables(): Promise<NodeJS.Dict<string>> {
    if (!this.sources.stdin) return {};
    return (this.#stdinVariables ??= text(this.context.stdin).then(parseEnv));
  }
}

/** Development servers are started with secrets like "secret", a word that texts need. */
const MIN_LENGTH = 10;
/** Header and payload are enough to be worth hiding; the signature need not be there. */
const TOKEN = /\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g;
const CLERK_KEY = /\bsk_(test|live)_\w+/g;

/** Whether an argument holds what must never be in one: it would stand in the shell's history and the process list. */
export function looksLikeSecret(argument: string): boolean {
  return /^(--?[\w-]+=)?(sk_(test|live)_|fn[\w-]{30,}|eyJ[\w-]{8,}\.)/.test(argument);
}
