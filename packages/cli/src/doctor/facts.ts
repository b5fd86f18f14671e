import type { JWK } from "jose";
import type { Context } from "../context";
import { ClerkTemplates, type JwtTemplate } from "../clerk-templates";
import { FaunaAdmin } from "../fauna-admin";
import { readEndpoint } from "../fauna-endpoint";
import { readPublishableKey, type ClerkInstance } from "../publishable-key";
import { readFaunaState, type AccessProvider, type FaunaState } from "../fauna-state";
import { ask } from "./ask";
import { fetchKeys } from "./fetch-keys";
import { once } from "./once";
import { chooseProvider } from "./choose-provider";
import { openDatabase, type OpenDatabase } from "./open-database";
import { readToken, type TokenParts } from "./read-token";
import type { Settings } from "./settings";

/** Fauna's answer to a ping, and how much its clock is ahead of this one, in seconds. */
export interface Ping {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
  /** Undefined if the answer has no date. */
  readonly ahead: number | undefined;
}

/**
 * What the checks look at. Each is fetched when it is first asked for, at most once. What needs a setting that was not
 * given is undefined; what cannot be had throws a `CliError` that says why.
 */
export class Facts {
  constructor(
    readonly settings: Settings,
    readonly context: Pick<Context, "fetch" | "signal" | "now">,
  ) {}

  /** What the publishable key says. */
  readonly instance: () => ClerkInstance | undefined = once(() => {
    const { publishableKey } = this.settings;
    return publishableKey === undefined ? undefined : readPublishableKey(publishableKey);
  });

  /** The keys of the publishable key's instance. */
  readonly keys: () => Promise<JWK[]> = once(async () => {
    const instance = this.instance();
    return instance ? this.keysAt(instance.jwksUri) : [];
  });

  keysAt(jwksUri: string): Promise<JWK[]> {
    return fetchKeys(this.context, jwksUri);
  }

  /** Where Fauna is: scheme, host and port. */
  readonly endpoint: () => string = once(() => {
    const { endpoint = "", allowInsecureEndpoint } = this.settings;
    return readEndpoint(endpoint, allowInsecureEndpoint);
  });

  readonly ping: () => Promise<Ping> = once(async () => {
    const { now } = this.context;
    const from = now();
    const response = await this.askFauna("/ping");
    const middle = (from + now()) / 2;
    // The header has whole seconds: half a second later is nearest, on average.
    const date = Date.parse(response.headers.get("date") ?? "") + 500;
    return {
      status: response.status,
      location: response.headers.get("location"),
      body: await response.text(),
      ahead: Number.isNaN(date) ? undefined : Math.round((date - middle) / 1000),
    };
  });

  askFauna(path: string, init?: RequestInit): Promise<Response> {
    return ask(this.context, new URL(path, this.endpoint()), init);
  }

  /** The database that is to know Clerk, with an admin's rights. */
  readonly database: () => Promise<OpenDatabase> = once(() => {
    const { adminKey = "", database } = this.settings;
    return openDatabase(new FaunaAdmin(this.endpoint(), adminKey, this.context), database);
  });

  /** What that database has. */
  readonly state: () => Promise<FaunaState> = once(async () =>
    readFaunaState((await this.database()).fauna),
  );

  /** The access provider that is meant for this Clerk instance; undefined without an admin key, too. */
  readonly provider: () => Promise<AccessProvider | undefined> = once(async () => {
    const { adminKey, provider } = this.settings;
    if (adminKey === undefined) return undefined;
    const { providers } = await this.state();
    return chooseProvider(providers, this.instance()?.issuer ?? "", provider);
  });

  /** Clerk, as the secret key shows it. */
  readonly clerk: () => ClerkTemplates = once(() => {
    const { secretKey = "", clerkApiUrl } = this.settings;
    return new ClerkTemplates(secretKey, this.context, clerkApiUrl);
  });

  readonly templates: () => Promise<JwtTemplate[]> = once(() => this.clerk().list());

  /** The JWT template that the app asks for. */
  readonly template: () => Promise<JwtTemplate | undefined> = once(async () =>
    (await this.templates()).find(({ name }) => name === this.settings.template),
  );

  /** Undefined if the token is no JWT. */
  readonly token: () => TokenParts | undefined = once(() => readToken(this.settings.token ?? ""));

  /** The user's own view of Fauna. */
  asUser(): FaunaAdmin {
    return new FaunaAdmin(this.endpoint(), this.settings.token ?? "", this.context);
  }
}
