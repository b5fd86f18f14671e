import type { LocalClerk, LocalFauna } from "@fauna-clerk/local";
import { ClerkTemplates } from "../clerk-templates";
import { CliError } from "../cli-error";
import type { Context } from "../context";
import { FaunaAdmin } from "../fauna-admin";
import { Goal } from "../init/goal";
import { readFaunaState } from "../fauna-state";
import { runSteps } from "../init/plan";
import type { Settings } from "../init/settings";
import { serverSteps } from "../init/steps";
import { readPublishableKey } from "../publishable-key";
import { sendSeed, type Seed } from "./seed";

export interface StandInOptions {
  readonly port: number;
  readonly clerkPort: number;
  readonly template: string;
  /** Further claims of the template. */
  readonly claims: Readonly<Record<string, unknown>>;
}

const ROLE = "user";

/** Both stand-ins, set up for one another as init does it for the real ones. */
export class StandIns {
  private constructor(
    private readonly context: Pick<Context, "fetch" | "signal">,
    private readonly options: StandInOptions,
    readonly clerk: LocalClerk,
    private running: LocalFauna,
  ) {}

  static async start(
    { fetch, signal }: Pick<Context, "fetch" | "signal">,
    options: StandInOptions,
    seed: Seed,
  ): Promise<StandIns> {
    const { startLocalClerk } = await import("@fauna-clerk/local");
    const context = { fetch: withoutReuse(fetch), signal };
    const clerk = await onPort(options.clerkPort, (port) => startLocalClerk({ port }));
    try {
      const fauna = await seededFauna(context, options.port, seed);
      const all = new StandIns(context, options, clerk, fauna);
      await all.connect();
      return all;
    } catch (error) {
      await clerk.close();
      throw error;
    }
  }

  get fauna(): LocalFauna {
    return this.running;
  }

  /** Starts again from a seed, on the same port. A seed that is not accepted changes nothing. */
  async reload(seed: Seed): Promise<void> {
    const trial = await seededFauna(this.context, 0, seed);
    await trial.close();
    const port = Number(new URL(this.running.url).port);
    await this.running.close();
    this.running = await seededFauna(this.context, port, seed);
    await this.connect();
  }

  async close(): Promise<void> {
    await Promise.all([this.clerk.close(), this.running.close()]);
  }

  /** Role, access provider and template, where the seed has not brought them. */
  private async connect(): Promise<void> {
    const { clerk, running, options } = this;
    const fauna = new FaunaAdmin(running.url, running.secret, this.context);
    const state = await readFaunaState(fauna);
    // A role that the seed brings is as somebody wants it. Without one, users have their own documents everywhere.
    const given = state.roles.some(({ name }) => name === ROLE);
    const settings: Settings = {
      instance: readPublishableKey(clerk.publishableKey),
      endpoint: running.url,
      fauna,
      templates: new ClerkTemplates(clerk.secretKey, this.context, clerk.url),
      database: undefined,
      provider: "Clerk",
      roles: state.providers.length > 0 ? [] : [ROLE],
      collections: given ? [] : state.collections,
      template: options.template,
      lifetime: undefined,
      claims: options.claims,
      audience: undefined,
    };
    const steps = serverSteps(new Goal(settings, () => Promise.resolve([])));
    const { signal } = this.context;
    await runSteps(steps, { dryRun: false, signal, onOutcome: () => undefined });
  }
}

/** A connection that is kept for the next request would be to a server that a reload has ended. */
function withoutReuse(send: typeof fetch): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("connection", "close");
    return send(input, { ...init, headers });
  };
}

async function seededFauna(
  context: Pick<Context, "fetch" | "signal">,
  port: number,
  seed: Seed,
): Promise<LocalFauna> {
  const { startLocalFauna } = await import("@fauna-clerk/local");
  const fauna = await onPort(port, (free) => startLocalFauna({ port: free }));
  try {
    await sendSeed(fauna, seed, context);
    return fauna;
  } catch (error) {
    await fauna.close();
    throw error;
  }
}

async function onPort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new CliError(
      "port_in_use",
      `Port ${port} is in use.`,
      "Give another --port or --clerk-port; 0 takes a free one.",
      { cause },
    );
  }
}
