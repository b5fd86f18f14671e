import { UsageError } from "../cli-error";
import type { CommandContext } from "../command";
import { connectionOptions, type GLOBAL_OPTIONS, type Values } from "../options";

const ownOptions = {
  origin: {
    type: "string",
    value: "url",
    description: "Origin of the app, to check CORS",
  },
  provider: {
    type: "string",
    value: "name",
    description: "Access provider (default: the one with Clerk's issuer)",
  },
  database: {
    type: "string",
    value: "name",
    description: "Child database (default: app, if the key is the root's)",
  },
  "token-stdin": {
    type: "boolean",
    default: false,
    description: "Read a user's token from stdin, and check it too",
  },
} as const;

export type DoctorOptions = typeof connectionOptions & typeof ownOptions;

/** The options of `fauna-clerk doctor`. */
export const doctorOptions: DoctorOptions = { ...connectionOptions, ...ownOptions };

/** What the doctor checks, from options, environment and stdin. */
export interface Settings {
  readonly publishableKey: string | undefined;
  readonly endpoint: string | undefined;
  readonly allowInsecureEndpoint: boolean;
  readonly origin: string | undefined;
  /** The name of a child of the admin key's database. */
  readonly database: string | undefined;
  /** The name of the access provider. Without it, we look for the issuer. */
  readonly provider: string | undefined;
  readonly template: string;
  readonly adminKey: string | undefined;
  readonly secretKey: string | undefined;
  /** Another origin of Clerk's Backend API. */
  readonly clerkApiUrl: string | undefined;
  readonly token: string | undefined;
}

/** The option or variable of each setting that a check may need. */
export const HOW_TO_GIVE: Partial<Record<keyof Settings, string>> = {
  publishableKey: "--publishable-key or CLERK_PUBLISHABLE_KEY",
  endpoint: "--endpoint or FAUNA_ENDPOINT",
  origin: "--origin",
  adminKey: "FAUNA_ADMIN_KEY",
  secretKey: "CLERK_SECRET_KEY",
  token: "--token-stdin",
};

/** Reads options, environment and stdin. Prompts for secrets only on a terminal. */
export async function readSettings(context: CommandContext<DoctorOptions>): Promise<Settings> {
  const { options, environment, secrets } = context;
  const { "secrets-stdin": secretsFromStdin } = options as unknown as Values<typeof GLOBAL_OPTIONS>;
  if (options["token-stdin"] && secretsFromStdin)
    throw new UsageError(
      "--token-stdin and --secrets-stdin cannot both read stdin.",
      "Pass the secrets in the environment.",
    );
  const publishableKey =
    options["publishable-key"] ?? environment.findPublic("CLERK_PUBLISHABLE_KEY")?.value;
  const endpoint = options.endpoint ?? environment.findPublic("FAUNA_ENDPOINT")?.value;
  if (publishableKey === undefined && endpoint === undefined)
    throw new UsageError(
      "There is nothing to check.",
      `Give ${HOW_TO_GIVE.publishableKey}, or ${HOW_TO_GIVE.endpoint}, or both.`,
    );
  const token = options["token-stdin"] ? await readTokenFromStdin(context) : undefined;
  return {
    publishableKey,
    endpoint,
    allowInsecureEndpoint: options["allow-insecure-endpoint"],
    origin: options.origin,
    database: options.database,
    provider: options.provider,
    template: options.template,
    adminKey: await secrets.read("FAUNA_ADMIN_KEY"),
    secretKey: await secrets.read("CLERK_SECRET_KEY"),
    clerkApiUrl: environment.find("CLERK_API_URL")?.value,
    token,
  };
}

async function readTokenFromStdin(context: CommandContext<DoctorOptions>): Promise<string> {
  const { output, prompts, secrets, stdin } = context;
  if (stdin.isTTY && !prompts.interactive)
    output.error("Type a token, then Ctrl-D. Your input is visible.");
  const token = prompts.interactive
    ? secrets.register(await prompts.password("Token of a user (hidden)", undefined, ""))
    : await secrets.readStdin();
  if (token !== "") return token;
  throw new UsageError(
    "--token-stdin: stdin was empty.",
    'Copy a token in the browser\'s console, then pipe it in: copy(await Clerk.session.getToken({ template: "fauna" }))',
  );
}
