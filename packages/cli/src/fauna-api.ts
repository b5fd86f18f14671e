import { CliError } from "./cli-error";
import type { Context } from "./context";

/** Fauna answered a request with an error, or not at all. */
export class FaunaError extends CliError {
  override readonly name = "FaunaError";

  constructor(
    /** Fauna's error code, or `unreachable`, `not_fauna` or `interrupted`. */
    readonly reason: string,
    message: string,
    fix?: string,
    /** The value that the query passed to `abort`. */
    readonly abort?: unknown,
    options?: ErrorOptions,
  ) {
    super(`fauna_${reason}`, message, fix, options);
  }
}

interface FaunaResponse {
  readonly data?: unknown;
  readonly files?: readonly { readonly filename: string }[];
  readonly content?: string;
  readonly summary?: string;
  readonly error?:
    { readonly code?: string; readonly message?: string; readonly abort?: unknown } | string;
}

/** A client for Fauna's HTTP API. It writes by FQL v10 only: the schema endpoint can delete a whole schema. */
export class FaunaApi {
  constructor(
    readonly endpoint: string,
    private readonly secret: string,
    private readonly context: Pick<Context, "fetch" | "signal">,
  ) {}

  /** The same for a child database. Works with admin keys only. */
  child(database: string): FaunaApi {
    return new FaunaApi(this.endpoint, `${this.secret}:${database}:admin`, this.context);
  }

  /** Runs a query. Arguments and result are plain JSON. */
  async query<T>(query: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const body = JSON.stringify({ query, arguments: args });
    return (await this.#request("/query/1", { method: "POST", body })).data as T;
  }

  /** The whole schema as FSL. The server also renders what was created by FQL. */
  async schema(): Promise<string> {
    const { files = [] } = await this.#request("/schema/1/files");
    const texts = files.map(async ({ filename }) => {
      const { content = "" } = await this.#request(
        `/schema/1/files/${encodeURIComponent(filename)}`,
      );
      return content.trim();
    });
    return (await Promise.all(texts)).join("\n\n");
  }

  async #request(path: string, request: RequestInit = {}): Promise<FaunaResponse> {
    const response = await this.#fetch(path, request);
    const answer = await readBody(response);
    if (response.ok) return answer;
    throw toFaunaError(response.status, answer);
  }

  async #fetch(path: string, request: RequestInit): Promise<Response> {
    const { fetch, signal } = this.context;
    const headers = {
      authorization: `Bearer ${this.secret}`,
      "content-type": "application/json",
      "x-format": "simple",
    };
    try {
      // A redirect would send the secret elsewhere.
      return await fetch(new URL(path, this.endpoint), {
        ...request,
        headers,
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
    } catch (cause) {
      if (signal.aborted) throw new FaunaError("interrupted", "Interrupted.");
      throw unreachableError(this.endpoint, cause);
    }
  }
}

const TIMEOUT_MS = 30_000;

async function readBody(response: Response): Promise<FaunaResponse> {
  try {
    return (await response.json()) as FaunaResponse;
  } catch (cause) {
    throw new FaunaError(
      "not_fauna",
      `${response.url} answered ${response.status} without JSON.`,
      "Check that FAUNA_ENDPOINT is a Fauna server (port 8443 by default).",
      undefined,
      { cause },
    );
  }
}

function toFaunaError(status: number, { error, summary }: FaunaResponse): FaunaError {
  const { code = "error", message, abort } = typeof error === "object" ? error : {};
  if (status === 401)
    return new FaunaError(
      "unauthorized",
      "Fauna rejected the admin key.",
      "Set FAUNA_ADMIN_KEY to the secret of a key of this server with the role admin.",
    );
  const fix =
    code === "permission_denied" || code === "forbidden"
      ? "Set FAUNA_ADMIN_KEY to the secret of a key with the role admin: other keys may not write roles and access providers."
      : undefined;
  const text = summary || message || `HTTP ${status}`;
  return new FaunaError(code, `Fauna: ${text.replace(/^error: /, "")}`, fix, abort);
}

function unreachableError(endpoint: string, cause: unknown): FaunaError {
  const { message, cause: inner } = cause as Error;
  const why = inner instanceof Error && inner.message !== "" ? inner.message : message;
  return new FaunaError(
    "unreachable",
    `Fauna did not answer at ${endpoint}: ${why}.`,
    "Check that the server runs, and FAUNA_ENDPOINT: " +
      "https://<host>:8443, or http://127.0.0.1:8443 for a local container.",
    undefined,
    { cause },
  );
}
