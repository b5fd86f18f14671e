import { once } from "node:events";
import { dirname, resolve } from "node:path";
import { watch } from "node:fs";
import { CliError, EXIT, UsageError } from "../cli-error";
import { type Command, type CommandContext, defineCommand } from "../command";
import { parseClaims } from "../jwt-template";
import type { Output } from "../output";
import { LocalServers } from "./local-servers";
import { readSeedFiles } from "./seed";

const devOptions = {
  seed: {
    type: "string",
    value: "file",
    multiple: true,
    description: "Schema (.fsl) or queries (.fql, separated by ---)",
  },
  watch: {
    type: "boolean",
    short: "w",
    default: false,
    description: "Restart when a seed file changes",
  },
  port: {
    type: "string",
    value: "number",
    default: "8443",
    description: "Port of Fauna; 0 for a free one",
  },
  "clerk-port": {
    type: "string",
    value: "number",
    default: "8444",
    description: "Port of Clerk; 0 for a free one",
  },
  template: { type: "string", value: "name", default: "fauna", description: "JWT template" },
  claim: {
    type: "string",
    value: "name=value",
    multiple: true,
    description: "Claim to add to the template: a shortcode, JSON or text",
  },
} as const;

type DevOptions = typeof devOptions;

/** `fauna-clerk dev`. */
export const dev: Command<DevOptions> = defineCommand({
  name: "dev",
  summary: "Start a local Fauna and a local Clerk, to develop without an account",
  description: `Both run in memory, on 127.0.0.1 only. Users of the local Clerk get the role "user" of the seed.
Without one, they get all rights on the documents that they own.`,
  examples: [
    { description: "An empty database", command: "npx fauna-clerk dev" },
    {
      description: "A schema and some documents, reloaded when their files change",
      command: "npx fauna-clerk dev --seed schema.fsl --seed first.fql --watch",
    },
    {
      description: "A claim that the seed's predicates use",
      command: "npx fauna-clerk dev --seed schema.fsl --claim 'role={{user.public_metadata.role}}'",
    },
  ],
  options: devOptions,
  run: runDev,
});

async function runDev(context: CommandContext<DevOptions>): Promise<number> {
  const { options, output, secrets, signal, stdout } = context;
  const seeds = options.seed;
  const servers = await LocalServers.start(
    context,
    {
      port: parsePort("port", options.port),
      clerkPort: parsePort("clerk-port", options["clerk-port"]),
      template: options.template,
      claims: parseClaims(options.claim),
      onRefused: (summary) => output.item("failed", "Fauna refused a query.", [summary]),
    },
    await readSeedFiles(seeds, context),
  );
  const stop = options.watch
    ? watchSeeds(context, () => reload(context, servers))
    : () => undefined;
  const stdoutClosed = once(stdout, "error");
  try {
    secrets.allowPrinting(servers.clerk.secretKey);
    printSettings(output, servers);
    if (!signal.aborted) await Promise.race([once(signal, "abort"), stdoutClosed]);
  } finally {
    stop();
    await servers.close();
  }
  return EXIT.ok;
}

function parsePort(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new UsageError(
    `--${option} ${text} is not a port.`,
    "Give a number up to 65535, or 0 for a free port.",
  );
}

function printSettings(output: Output, { clerk, fauna }: LocalServers): void {
  const env = {
    VITE_CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    VITE_CLERK_PROXY_URL: clerk.url,
    VITE_FAUNA_ENDPOINT: fauna.url,
  };
  const tools = {
    FAUNA_ADMIN_KEY: fauna.secret,
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_API_URL: clerk.url,
  };
  const users = clerk.users.map(({ id }) => id);
  output.result({ ok: true, env, tools, users, issuer: clerk.issuer, audience: fauna.audience });
  output.line(`Fauna  ${fauna.url}, admin key "${fauna.secret}", as in a new container`);
  output.line(`Clerk  ${clerk.url}, users ${users.join(", ")}`);
  output.line();
  output.line(
    "For the app. Put this into .env.development.local, which production builds do not read:",
  );
  printVariables(output, env);
  output.line(
    "With Next.js write NEXT_PUBLIC_ instead of VITE_, with Expo EXPO_PUBLIC_. How the app uses",
  );
  output.line(
    'VITE_CLERK_PROXY_URL is on the page "Develop without an account" of the documentation.',
  );
  output.line("It says, too, what Next.js, React Router and TanStack Start need besides.");
  output.line();
  output.line("For fauna-clerk init and doctor. Put this into the same file or the environment:");
  printVariables(output, tools);
  output.line();
  output.line(output.style("dim", "Ctrl-C stops both."));
}

function printVariables(output: Output, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) output.line(`  ${name}=${value}`);
}

/** Editors write a file in several steps, or replace it with a new one. */
const DEBOUNCE_MS = 50;

/** Calls back when seed files have changed, one call at a time. Returns a function that stops watching. */
function watchSeeds(
  { cwd, options }: CommandContext<DevOptions>,
  onChange: () => Promise<void>,
): () => void {
  const paths = new Set(options.seed.map((name) => resolve(cwd, name)));
  const folders = new Set([...paths].map((path) => dirname(path)));
  let pending = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const onFileChange = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      pending = pending.then(onChange);
    }, DEBOUNCE_MS);
  };
  // Watch the folders: a watcher of a file ends when the file is replaced.
  const watchers = [...folders].map((folder) =>
    watch(folder, (_event, name) => {
      if (name !== null && paths.has(resolve(folder, name))) onFileChange();
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

async function reload(context: CommandContext<DevOptions>, servers: LocalServers): Promise<void> {
  try {
    await servers.reload(await readSeedFiles(context.options.seed, context));
    context.output.line("Seed reloaded.");
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.output.error(`${error.message}\nThe database stays unchanged.`);
  }
}
