import { join } from "node:path";
import type { LocalClerk, LocalFauna } from "@fauna-clerk/local";
import { ClerkApi } from "../clerk-api";
import { CliError } from "../cli-error";
import type { Context } from "../context";
import { FaunaApi } from "../fauna-api";
import { readFaunaState } from "../fauna-state";
import type { Settings } from "../init/settings";
import { Setup } from "../init/setup";
import { runSteps } from "../init/step";
import { serverSteps } from "../init/steps";
import { parsePublishableKey } from "../publishable-key";
import { applySeed, type Seed } from "./seed";

export interface LocalServersOptions {
  readonly port: number;
  readonly clerkPort: number;
  readonly template: string;
  /** Claims to add to the template. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Told of the app's queries that Fauna refuses before they run. */
  onRefused(summary: string): void;
}

const DEFAULT_ROLE = "user";

/** The same at each start, so that the app's settings stay right. Like Fauna's key it guards nothing but demo data. */
const SECRET_KEY = "sk_live_local";

/** What frameworks have pages load from Clerk. It is served if the app has installed it. */
const SCRIPTS = ["@clerk/clerk-js", "@clerk/ui"];

const scriptsOf = (app: string): Record<string, string> =>
  Object.fromEntries(SCRIPTS.map((name) => [name, join(app, "node_modules", name)]));

/** A local Fauna and a local Clerk, set up for each other by the same steps as init. */
export class LocalServers {
  private constructor(
    private readonly context: Pick<Context, "fetch" | "signal">,
    private readonly options: LocalServersOptions,
    readonly clerk: LocalClerk,
    private running: LocalFauna,
  ) {}

  static async start(
    { fetch, signal, cwd }: Pick<Context, "fetch" | "signal" | "cwd">,
    options: LocalServersOptions,
    seed: Seed,
  ): Promise<LocalServers> {
    const { startLocalClerk } = await import("@fauna-clerk/local");
    const context = { fetch: withoutKeepAlive(fetch), signal };
    const packages = scriptsOf(cwd);
    const clerk = await startOnPort(options.clerkPort, (port) =>
      startLocalClerk({ port, packages, secretKey: SECRET_KEY }),
    );
    try {
      const fauna = await startSeededFauna(context, options.port, seed, options);
      const servers = new LocalServers(context, options, clerk, fauna);
      await servers.configure();
      return servers;
    } catch (error) {
      await clerk.close();
      throw error;
    }
  }

  get fauna(): LocalFauna {
    return this.running;
  }

  /** Restarts Fauna with a seed, on the same port. If Fauna rejects the seed, nothing changes. */
  async reload(seed: Seed): Promise<void> {
    const trialServer = await startSeededFauna(this.context, 0, seed, this.options);
    await trialServer.close();
    const port = Number(new URL(this.running.url).port);
    await this.running.close();
    this.running = await startSeededFauna(this.context, port, seed, this.options);
    await this.configure();
  }

  async close(): Promise<void> {
    await Promise.all([this.clerk.close(), this.running.close()]);
  }

  /** Creates the role, access provider and template that the seed lacks. */
  private async configure(): Promise<void> {
    const { clerk, running, options } = this;
    const fauna = new FaunaApi(running.url, running.secret, this.context);
    const state = await readFaunaState(fauna);
    // Leave a role of the seed as it is. Without one, users get their own documents in every collection.
    const roleExists = state.roles.some(({ name }) => name === DEFAULT_ROLE);
    const settings: Settings = {
      instance: parsePublishableKey(clerk.publishableKey),
      endpoint: running.url,
      fauna,
      clerk: new ClerkApi(clerk.secretKey, this.context, clerk.url),
      database: undefined,
      provider: "Clerk",
      roles: state.providers.length > 0 ? [] : [DEFAULT_ROLE],
      collections: roleExists ? [] : state.collections,
      template: options.template,
      lifetime: undefined,
      claims: options.claims,
      audience: undefined,
    };
    const steps = serverSteps(new Setup(settings, () => Promise.resolve([])));
    const { signal } = this.context;
    await runSteps(steps, { dryRun: false, signal, onOutcome: () => undefined });
  }
}

/** A kept-alive connection would be to a server that a reload has stopped. */
function withoutKeepAlive(send: typeof fetch): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("connection", "close");
    return send(input, { ...init, headers });
  };
}

async function startSeededFauna(
  context: Pick<Context, "fetch" | "signal">,
  port: number,
  seed: Seed,
  options: Pick<LocalServersOptions, "onRefused">,
): Promise<LocalFauna> {
  const { startLocalFauna } = await import("@fauna-clerk/local");
  let isSeeded = false;
  // What is wrong with a seed is the seed's error.
  const onRefused = (summary: string): void => {
    if (isSeeded) options.onRefused(summary);
  };
  const fauna = await startOnPort(port, (free) => startLocalFauna({ port: free, onRefused }));
  try {
    await applySeed(fauna, seed, context);
    isSeeded = true;
    return fauna;
  } catch (error) {
    await fauna.close();
    throw error;
  }
}

async function startOnPort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new CliError(
      "port_in_use",
      `Port ${port} is in use.`,
      "Give another --port or --clerk-port, or 0 for a free port.",
      { cause },
    );
  }
}
