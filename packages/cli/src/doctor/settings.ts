import { UsageError } from "../cli-error";
import type { CommandContext } from "../command";
import { connectionOptions, type GLOBAL_OPTIONS, type Values } from "../options";

const ownOptions = {
  origin: {
    type: "string",
    value: "url",
    description: "Where the app is served from, to check CORS",
  },
  provider: {
    type: "string",
    value: "name",
    description: "Access provider; else the one with Clerk's issuer",
  },
  database: {
    type: "string",
    value: "name",
    description: "Child database; app, where the key is the root's",
  },
  "token-stdin": {
    type: "boolean",
    default: false,
    description: "Read a user's token from stdin, and look at it too",
  },
} as const;

export type DoctorOptions = typeof connectionOptions & typeof ownOptions;

/** The options of `fauna-clerk doctor`. */
export const doctorOptions: DoctorOptions = { ...connectionOptions, ...ownOptions };

/** What the doctor was given to look at. */
export interface Settings {
  readonly publishableKey: string | undefined;
  readonly endpoint: string | undefined;
  readonly allowInsecureEndpoint: boolean;
  readonly origin: string | undefined;
  /** Of a child database, where the key is that of its parent. */
  readonly database: string | undefined;
  /** Of the access provider, where the issuer is not to find it. */
  readonly provider: string | undefined;
  readonly template: string;
  readonly adminKey: string | undefined;
  readonly secretKey: string | undefined;
  /** Of Clerk's Backend API, where it is not Clerk's own. */
  readonly clerkApiUrl: string | undefined;
  readonly token: string | undefined;
}

/** How to give a setting, for checks that are skipped without it. */
export const HOW_TO_GIVE: Partial<Record<keyof Settings, string>> = {
  publishableKey: "--publishable-key or CLERK_PUBLISHABLE_KEY",
  endpoint: "--endpoint or FAUNA_ENDPOINT",
  origin: "--origin",
  adminKey: "FAUNA_ADMIN_KEY",
  secretKey: "CLERK_SECRET_KEY",
  token: "--token-stdin",
};

/** Reads options, environment and stdin; asks for secrets only on a terminal. */
export async function readSettings(context: CommandContext<DoctorOptions>): Promise<Settings> {
  const { options, environment, secrets } = context;
  const { "secrets-stdin": secretsFromStdin } = options as unknown as Values<typeof GLOBAL_OPTIONS>;
  if (options["token-stdin"] && secretsFromStdin)
    throw new UsageError(
      "Only one of --token-stdin and --secrets-stdin can have stdin.",
      "Pass the secrets in the environment.",
    );
  const publishableKey =
    options["publishable-key"] ?? environment.findPublic("CLERK_PUBLISHABLE_KEY")?.value;
  const endpoint = options.endpoint ?? environment.findPublic("FAUNA_ENDPOINT")?.value;
  if (publishableKey === undefined && endpoint === undefined)
    throw new UsageError(
      "There is nothing to look at.",
      `Give ${HOW_TO_GIVE.publishableKey}, and ${HOW_TO_GIVE.endpoint}.`,
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
    output.error("Waiting for a token and Ctrl-D. What is typed here is shown.");
  const token = prompts.interactive
    ? secrets.register(await prompts.password("Token of a user (it is not shown)", undefined, ""))
    : await secrets.readStdin();
  if (token !== "") return token;
  throw new UsageError(
    "--token-stdin: no token came.",
    'From the browser\'s console: copy(await Clerk.session.getToken({ template: "fauna" })), then pipe it in.',
  );
}
