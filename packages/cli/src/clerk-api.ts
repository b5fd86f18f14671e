import { CliError } from "./cli-error";
import type { Context } from "./context";
import type { JwtTemplate, JwtTemplateInput } from "./jwt-template";

const CLERK_API = "https://api.clerk.com";
/** The version of the Backend API that the types below describe. */
const API_VERSION = "2026-05-12";
const PAGE_SIZE = 100;
const TIMEOUT_MS = 30_000;

/** A template as the API returns it. */
interface TemplateResource {
  readonly id: string;
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly lifetime: number;
  readonly allowed_clock_skew: number;
  readonly custom_signing_key: boolean;
  readonly signing_algorithm: string;
}

interface TemplatePage {
  readonly data: readonly TemplateResource[];
  readonly total_count: number;
}

interface ClerkErrors {
  readonly errors?: readonly {
    readonly code: string;
    readonly message: string;
    readonly long_message?: string;
  }[];
}

/** A client for Clerk's Backend API. Four calls do not need an SDK. */
export class ClerkApi {
  constructor(
    private readonly secretKey: string,
    private readonly context: Pick<Context, "fetch" | "signal">,
    /** Another origin than Clerk's own, such as a local Clerk's. */
    private readonly origin: string = CLERK_API,
  ) {}

  async listTemplates(): Promise<JwtTemplate[]> {
    const all: JwtTemplate[] = [];
    for (;;) {
      const path = `/v1/jwt_templates?paginated=true&limit=${PAGE_SIZE}&offset=${all.length}`;
      const page = await this.#request<TemplatePage>("GET", path);
      all.push(...page.data.map(toJwtTemplate));
      if (page.data.length === 0 || all.length >= page.total_count) return all;
    }
  }

  async findTemplate(name: string): Promise<JwtTemplate | undefined> {
    return (await this.listTemplates()).find((template) => template.name === name);
  }

  /** The ids of the instance's signing keys. No two instances share one. */
  async keyIds(): Promise<string[]> {
    const { keys } = await this.#request<{ keys: readonly { kid: string }[] }>("GET", "/v1/jwks");
    return keys.map(({ kid }) => kid);
  }

  async createTemplate(template: JwtTemplateInput): Promise<void> {
    await this.#request("POST", "/v1/jwt_templates", template);
  }

  async updateTemplate(id: string, template: JwtTemplateInput): Promise<void> {
    await this.#request("PATCH", `/v1/jwt_templates/${encodeURIComponent(id)}`, template);
  }

  async #request<T>(method: string, path: string, body?: JwtTemplateInput): Promise<T> {
    const response = await this.#fetch(method, path, body);
    const answer = await readBody(response);
    if (response.ok) return answer as T;
    throw toClerkError(response.status, answer as ClerkErrors);
  }

  async #fetch(method: string, path: string, body?: JwtTemplateInput): Promise<Response> {
    const { fetch, signal } = this.context;
    try {
      // A redirect would send the secret key elsewhere.
      return await fetch(new URL(path, this.origin), {
        method,
        headers: {
          authorization: `Bearer ${this.secretKey}`,
          "clerk-api-version": API_VERSION,
          "content-type": "application/json",
        },
        ...(body && { body: JSON.stringify(body) }),
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
    } catch (cause) {
      if (signal.aborted) throw new CliError("clerk_interrupted", "Interrupted.");
      throw unreachableError(this.origin, cause);
    }
  }
}

const toJwtTemplate = (resource: TemplateResource): JwtTemplate => ({
  id: resource.id,
  name: resource.name,
  claims: resource.claims,
  lifetime: resource.lifetime,
  allowedClockSkew: resource.allowed_clock_skew,
  customSigningKey: resource.custom_signing_key,
  signingAlgorithm: resource.signing_algorithm,
});

async function readBody(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new CliError(
      "clerk_unreadable",
      `${response.url} answered ${response.status} without JSON.`,
      "Check CLERK_API_URL, or unset it to use Clerk's own Backend API.",
      { cause },
    );
  }
}

function toClerkError(status: number, { errors: [first] = [] }: ClerkErrors): CliError {
  if (status === 401)
    return new CliError(
      "clerk_unauthorized",
      "Clerk rejected the secret key.",
      'Copy CLERK_SECRET_KEY from the Clerk Dashboard, "API keys", of the same instance as the publishable key.',
    );
  const text = first?.long_message ?? first?.message ?? "an error without a message";
  return new CliError(`clerk_${first?.code ?? "error"}`, `Clerk: ${text} (HTTP ${status})`);
}

function unreachableError(origin: string, cause: unknown): CliError {
  const { message, cause: inner } = cause as Error;
  const why = inner instanceof Error && inner.message !== "" ? inner.message : message;
  return new CliError(
    "clerk_unreachable",
    `Clerk's API did not answer at ${origin}: ${why}.`,
    "Check the network.",
    { cause },
  );
}
