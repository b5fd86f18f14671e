import { createClerkClient } from "@clerk/backend";
import { CliError } from "./cli-error";

/** A JWT template as Clerk has it. */
export interface JwtTemplate {
  readonly id: string;
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** In seconds. */
  readonly lifetime: number;
  /** In seconds. */
  readonly allowedClockSkew: number;
  /** Signed with a key that the instance's JWKS does not have. */
  readonly customSigningKey: boolean;
  readonly signingAlgorithm: string;
}

/** What can be set of a {@link JwtTemplate}. */
export type JwtTemplateInput = Pick<JwtTemplate, "name" | "claims" | "lifetime">;

/** Claims that Clerk sets itself and refuses in a template. */
export const RESERVED_CLAIMS: readonly string[] = [
  ...["azp", "exp", "iat", "iss", "jti", "nbf", "sub"],
  ...["sid", "v", "pla", "fea"],
];

/** Clerk's own limits of a template's lifetime, in seconds. */
export const LIFETIME = { min: 30, max: 315_360_000 } as const;

const PAGE = 100;

type ClerkClient = ReturnType<typeof createClerkClient>;

/** The JWT templates of a Clerk instance, over its Backend API. */
export class ClerkTemplates {
  readonly #api: ClerkClient["jwtTemplates"];
  readonly #jwks: ClerkClient["jwks"];

  /** @param apiUrl - another origin than Clerk's own, such as a stand-in's. */
  constructor(secretKey: string, apiUrl?: string) {
    const origin = apiUrl === undefined ? {} : { apiUrl };
    const client = createClerkClient({ secretKey, ...origin, telemetry: { disabled: true } });
    this.#api = client.jwtTemplates;
    this.#jwks = client.jwks;
  }

  async list(): Promise<JwtTemplate[]> {
    const all: JwtTemplate[] = [];
    for (;;) {
      const { data, totalCount } = await told(this.#api.list({ limit: PAGE, offset: all.length }));
      all.push(...(data as unknown as JwtTemplate[]));
      if (data.length === 0 || all.length >= totalCount) return all;
    }
  }

  async byName(name: string): Promise<JwtTemplate | undefined> {
    return (await this.list()).find((template) => template.name === name);
  }

  /** The ids of the keys that the instance signs with: two instances have none in common. */
  async keyIds(): Promise<string[]> {
    return ((await told(this.#jwks.getJwks())).keys ?? []).map(({ kid }) => kid);
  }

  async create(template: JwtTemplateInput): Promise<void> {
    await told(this.#api.create(template));
  }

  async update(templateId: string, template: JwtTemplateInput): Promise<void> {
    await told(this.#api.update({ templateId, ...template }));
  }
}

interface ClerkFailure {
  readonly status?: number;
  readonly message?: string;
  readonly errors?: readonly { code: string; message: string; longMessage?: string }[];
}

/** Tells Clerk's errors in our form. They are minified classes, so they are told by their fields. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const { status, message = "", errors: [first] = [] } = cause as ClerkFailure;
    const text = first?.longMessage ?? first?.message ?? message;
    if (status === 401)
      throw new CliError(
        "clerk_unauthorized",
        "Clerk refused the secret key.",
        'Check CLERK_SECRET_KEY: Clerk Dashboard, "API keys", of the same instance as the publishable key.',
        { cause },
      );
    if (status === undefined)
      throw new CliError(
        "clerk_unreachable",
        `Clerk's API did not answer: ${text}.`,
        "Check the network.",
        { cause },
      );
    throw new CliError(
      `clerk_${first?.code ?? "error"}`,
      `Clerk: ${text} (HTTP ${status})`,
      undefined,
      { cause },
    );
  }
}
