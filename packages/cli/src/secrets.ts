import { text } from "node:stream/consumers";
import { parseEnv } from "node:util";
import type { Context } from "./context";
import type { Environment } from "./environment";
import type { Prompts, ValidateAnswer } from "./prompts";

/** The prompt for each secret. */
const PROMPTS = {
  FAUNA_ADMIN_KEY: "Secret of a Fauna admin key (empty to skip Fauna)",
  CLERK_SECRET_KEY: "Clerk secret key, sk_… (empty to skip Clerk)",
} as const;

export type SecretName = keyof typeof PROMPTS;

/**
 * Reads secrets from the environment, stdin or a prompt, never from the command line. Remembers each one, so that
 * {@link redact} can remove it from all output.
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
      /** Whether stdin has `NAME=value` lines. */
      stdin: boolean;
    },
  ) {}

  /**
   * Returns a secret, or undefined if there is none. Prompts for each at most once.
   *
   * @param check - validates what the user types.
   */
  read(name: SecretName, check?: ValidateAnswer): Promise<string | undefined> {
    const reading = this.#reads.get(name) ?? this.#find(name, check);
    this.#reads.set(name, reading);
    return reading;
  }

  /** Reads all of stdin as one secret, such as a token. */
  async readStdin(): Promise<string> {
    return this.register((await text(this.context.stdin)).trim());
  }

  /** Remembers a secret to redact, and returns it. */
  register(secret: string): string {
    if (secret !== "") this.#registered.add(secret);
    return secret;
  }

  /** Exempts a key from redaction: a local Clerk's key is of no use elsewhere. */
  allowPrinting(key: string): void {
    this.#printable.add(key);
  }

  /** Removes all known secrets from a text, and everything that looks like a token or a Clerk key. */
  redact(text: string): string {
    const known = [...this.#registered].filter((secret) => secret.length >= MIN_LENGTH);
    // Longest first: one may be a prefix of another.
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

/** Local servers may have a secret such as "secret", a word that texts need. */
const MIN_LENGTH = 10;
/** Also without a signature: header and payload are worth hiding. */
const TOKEN = /\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g;
const CLERK_KEY = /\bsk_(test|live)_\w+/g;

/** Whether an argument looks like a secret. Arguments end up in the shell's history and the process list. */
export function looksLikeSecret(argument: string): boolean {
  return /^(--?[\w-]+=)?(sk_(test|live)_|fn[\w-]{30,}|eyJ[\w-]{8,}\.)/.test(argument);
}
