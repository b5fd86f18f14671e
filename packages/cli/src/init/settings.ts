import { ClerkApi } from "../clerk-api";
import { UsageError } from "../cli-error";
import type { CommandContext } from "../command";
import { FaunaApi } from "../fauna-api";
import { parseEndpoint } from "../fauna-endpoint";
import { type GrantedRole, roleName } from "../fauna-state";
import { LIFETIME_SECONDS, parseClaims } from "../jwt-template";
import { connectionOptions } from "../options";
import { type ClerkInstance, parsePublishableKey } from "../publishable-key";

const ownOptions = {
  database: {
    type: "string",
    value: "name",
    description:
      "Child database to set up, created if missing (default: app, if the key is the root's)",
  },
  provider: {
    type: "string",
    value: "name",
    default: "Clerk",
    description: "Name of the access provider",
  },
  role: {
    type: "string",
    value: "name[=predicate]",
    multiple: true,
    description:
      "Role of signed-in users, created if missing, with an optional predicate over the claims",
  },
  collection: {
    type: "string",
    value: "name",
    multiple: true,
    description:
      "Collection, created if missing, in which users of the first role have their own documents",
  },
  lifetime: {
    type: "string",
    value: "seconds",
    description: "Lifetime of tokens (60 in a new template)",
  },
  claim: {
    type: "string",
    value: "name=value",
    multiple: true,
    description: "Claim to add to the template: a shortcode, JSON or text",
  },
  audience: {
    type: "string",
    value: "url",
    description: "aud of the tokens, if there is no FAUNA_ADMIN_KEY to read it with",
  },
  // Not --env-file: Node parses that option itself, even after the script name.
  dotenv: {
    type: "string",
    value: "path",
    description:
      "Env file for the app's settings (default: .env.local, for local servers .env.development.local)",
  },
  "no-dotenv": { type: "boolean", default: false, description: "Write no env file" },
  fsl: { type: "string", value: "path", description: "Also write the schema to this FSL file" },
  "dry-run": {
    type: "boolean",
    short: "n",
    default: false,
    description: "Show what would change, and change nothing",
  },
  yes: { type: "boolean", short: "y", default: false, description: "Do not ask questions" },
} as const;

export type InitOptions = typeof connectionOptions & typeof ownOptions;

/** The options of `fauna-clerk init`. */
export const initOptions: InitOptions = { ...connectionOptions, ...ownOptions };

/** What init should set up, validated as far as possible without a request. */
export interface Settings {
  readonly instance: ClerkInstance;
  readonly endpoint: string | undefined;
  /** Undefined without an admin key. */
  readonly fauna: FaunaApi | undefined;
  /** Undefined without a secret key. */
  readonly clerk: ClerkApi | undefined;
  readonly database: string | undefined;
  readonly provider: string;
  /** Empty if the command line names none. */
  readonly roles: readonly GrantedRole[];
  readonly collections: readonly string[];
  readonly template: string;
  readonly lifetime: number | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly audience: string | undefined;
}

/** Reads options, environment and secrets. On a terminal, prompts for what is missing. */
export async function readSettings(context: CommandContext<InitOptions>): Promise<Settings> {
  const { options } = context;
  // Validate the command line first, before any prompt.
  const given = {
    provider: parseIdentifier("provider", options.provider),
    database: parseOptional(options.database, (name) => parseIdentifier("database", name)),
    roles: uniqueBy(options.role.map(parseRole), roleName),
    collections: uniqueBy(options.collection, (name) => parseIdentifier("collection", name)),
    template: options.template,
    lifetime: parseOptional(options.lifetime, parseLifetime),
    claims: parseClaims(options.claim),
    audience: parseOptional(options.audience, parseAudience),
  };
  const instance = await readInstance(context);
  const endpoint = await findEndpoint(context);
  const fauna = await createFaunaApi(context, endpoint);
  return { ...given, instance, endpoint, fauna, clerk: await createClerkApi(context, instance) };
}

/** Keeps the last value of each name. */
function uniqueBy<T>(values: readonly T[], name: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [name(value), value])).values()];
}

function parseOptional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

async function readInstance({
  options,
  environment,
  prompts,
}: CommandContext<InitOptions>): Promise<ClerkInstance> {
  const found =
    options["publishable-key"] ??
    environment.findPublic("CLERK_PUBLISHABLE_KEY")?.value ??
    (prompts.interactive
      ? await prompts.text("Clerk publishable key (pk_…)", parsePublishableKey)
      : undefined);
  if (!found)
    throw new UsageError(
      "The Clerk publishable key is missing.",
      "Give --publishable-key, or set CLERK_PUBLISHABLE_KEY, with VITE_, NEXT_PUBLIC_ or EXPO_PUBLIC_ before it. " +
        'It is in the Clerk Dashboard, "API keys".',
    );
  return parsePublishableKey(found);
}

async function findEndpoint({
  options,
  environment,
  prompts,
}: CommandContext<InitOptions>): Promise<string | undefined> {
  const read = (text: string): string => parseEndpoint(text, options["allow-insecure-endpoint"]);
  const found =
    options.endpoint ??
    environment.findPublic("FAUNA_ENDPOINT")?.value ??
    (prompts.interactive ? await prompts.text("Fauna endpoint", read, LOCAL_FAUNA) : "");
  return found === "" ? undefined : read(found);
}

const LOCAL_FAUNA = "http://127.0.0.1:8443";

async function createFaunaApi(
  context: CommandContext<InitOptions>,
  endpoint: string | undefined,
): Promise<FaunaApi | undefined> {
  const key = await context.secrets.read("FAUNA_ADMIN_KEY");
  if (key === undefined) return undefined;
  if (endpoint === undefined)
    throw new UsageError(
      "FAUNA_ADMIN_KEY is set, but there is no endpoint to use it with.",
      "Give --endpoint or set FAUNA_ENDPOINT, such as http://127.0.0.1:8443.",
    );
  return new FaunaApi(endpoint, key, context);
}

async function createClerkApi(
  context: CommandContext<InitOptions>,
  { kind }: ClerkInstance,
): Promise<ClerkApi | undefined> {
  const { secrets, environment } = context;
  const check = (key: string): void => checkSecretKey(key, kind);
  const key = await secrets.read("CLERK_SECRET_KEY", check);
  if (key === undefined) return undefined;
  check(key);
  return new ClerkApi(key, context, environment.find("CLERK_API_URL")?.value);
}

function checkSecretKey(key: string, kind: ClerkInstance["kind"]): void {
  const [, secretKind] = /^sk_(test|live)_/.exec(key) ?? [];
  if (secretKind === undefined)
    throw new UsageError(
      "CLERK_SECRET_KEY is malformed.",
      "It must begin with sk_test_ or sk_live_.",
    );
  if ((secretKind === "live") !== (kind === "production"))
    throw new UsageError(
      "CLERK_SECRET_KEY and the publishable key are not of the same Clerk instance: " +
        "one is for development, the other for production.",
      'Copy both from the same page of the Clerk Dashboard, "API keys".',
    );
}

const IDENTIFIER = /^[A-Za-z_]\w*$/;

function parseIdentifier(option: string, name: string): string {
  if (IDENTIFIER.test(name)) return name;
  throw new UsageError(
    `--${option} ${JSON.stringify(name)} is not an identifier.`,
    "Use letters, digits and underscores, and do not begin with a digit.",
  );
}

const BUILTIN_ROLES = ["admin", "server", "server-readonly", "client"];

function parseRole(text: string): GrantedRole {
  const [, name = text, predicate] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (BUILTIN_ROLES.includes(name))
    throw new UsageError(
      `--role ${name}: access providers cannot grant built-in roles.`,
      "Name a role of your own. It is created if it does not exist.",
    );
  const role = parseIdentifier("role", name);
  return predicate === undefined ? role : { role, predicate: predicate.trim() };
}

function parseLifetime(text: string): number {
  const seconds = Number(text);
  if (
    Number.isInteger(seconds) &&
    seconds >= LIFETIME_SECONDS.min &&
    seconds <= LIFETIME_SECONDS.max
  )
    return seconds;
  throw new UsageError(
    `--lifetime ${text}: Clerk accepts whole seconds from ${LIFETIME_SECONDS.min} to ${LIFETIME_SECONDS.max}.`,
  );
}

function parseAudience(text: string): string {
  if (/^https:\/\/db\.fauna\.com\/db\/[a-z0-9]+$/.test(text)) return text;
  throw new UsageError(
    `--audience ${text} is not the audience of a Fauna database.`,
    'Give the result of AccessProvider.byName("Clerk")!.audience: https://db.fauna.com/db/…',
  );
}
