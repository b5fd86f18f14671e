import type { JWK } from "jose";
import type { Context } from "../context";
import { ClerkApi, type JwtTemplate } from "../clerk-templates";
import { FaunaApi } from "../fauna-admin";
import { parseEndpoint } from "../fauna-endpoint";
import { parsePublishableKey, type ClerkInstance } from "../publishable-key";
import { readFaunaState, type AccessProvider, type FaunaState } from "../fauna-state";
import { fetchPublic } from "./ask";
import { fetchKeys } from "./fetch-keys";
import { lazy } from "./once";
import { chooseProvider } from "./choose-provider";
import { openDatabase, type OpenDatabase } from "./open-database";
import { decodeToken, type DecodedJwt } from "./read-token";
import type { Settings } from "./settings";

/** Fauna's answer to a ping, and how much its clock is ahead of this one, in seconds. */
export interface Ping {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
  /** Undefined if the answer has no date. */
  readonly clockAheadSeconds: number | undefined;
}

/**
 * What the checks look at. Each is fetched when it is first asked for, at most once. What needs a setting that was not
 * given is undefined; what cannot be had throws a `CliError` that says why.
 */
export class CheckContext {
  constructor(
    readonly settings: Settings,
    readonly cli: Pick<Context, "fetch" | "signal" | "now">,
  ) {}

  /** What the publishable key says. */
  readonly instance: () => ClerkInstance | undefined = lazy(() => {
    const { publishableKey } = this.settings;
    return publishableKey === undefined ? undefined : parsePublishableKey(publishableKey);
  });

  /** The keys of the publishable key's instance. */
  readonly keys: () => Promise<JWK[]> = lazy(async () => {
    const instance = this.instance();
    return instance ? this.keysAt(instance.jwksUri) : [];
  });

  keysAt(jwksUri: string): Promise<JWK[]> {
    return fetchKeys(this.cli, jwksUri);
  }

  /** Where Fauna is: scheme, host and port. */
  readonly endpoint: () => string = lazy(() => {
    const { endpoint = "", allowInsecureEndpoint } = this.settings;
    return parseEndpoint(endpoint, allowInsecureEndpoint);
  });

  readonly ping: () => Promise<Ping> = lazy(async () => {
    const { now } = this.cli;
    const from = now();
    const response = await this.fetchFromFauna("/ping");
    const middle = (from + now()) / 2;
    // The header has whole seconds: half a second later is nearest, on average.
    const date = Date.parse(response.headers.get("date") ?? "") + 500;
    return {
      status: response.status,
      location: response.headers.get("location"),
      body: await response.text(),
      clockAheadSeconds: Number.isNaN(date) ? undefined : Math.round((date - middle) / 1000),
    };
  });

  fetchFromFauna(path: string, init?: RequestInit): Promise<Response> {
    return fetchPublic(this.cli, new URL(path, this.endpoint()), init);
  }

  /** The database that is to know Clerk, with an admin's rights. */
  readonly database: () => Promise<OpenDatabase> = lazy(() => {
    const { adminKey = "", database } = this.settings;
    return openDatabase(new FaunaApi(this.endpoint(), adminKey, this.cli), database);
  });

  /** What that database has. */
  readonly faunaState: () => Promise<FaunaState> = lazy(async () =>
    readFaunaState((await this.database()).fauna),
  );

  /** The access provider that is meant for this Clerk instance; undefined without an admin key, too. */
  readonly provider: () => Promise<AccessProvider | undefined> = lazy(async () => {
    const { adminKey, provider } = this.settings;
    if (adminKey === undefined) return undefined;
    const { providers } = await this.faunaState();
    return chooseProvider(providers, this.instance()?.issuer ?? "", provider);
  });

  /** Clerk, as the secret key shows it. */
  readonly clerk: () => ClerkApi = lazy(() => {
    const { secretKey = "", clerkApiUrl } = this.settings;
    return new ClerkApi(secretKey, this.cli, clerkApiUrl);
  });

  readonly templates: () => Promise<JwtTemplate[]> = lazy(() => this.clerk().listTemplates());

  /** The JWT template that the app asks for. */
  readonly template: () => Promise<JwtTemplate | undefined> = lazy(async () =>
    (await this.templates()).find(({ name }) => name === this.settings.template),
  );

  /** Undefined if the token is no JWT. */
  readonly token: () => DecodedJwt | undefined = lazy(() => decodeToken(this.settings.token ?? ""));

  /** The user's own view of Fauna. */
  faunaAsUser(): FaunaApi {
    return new FaunaApi(this.endpoint(), this.settings.token ?? "", this.cli);
  }
}
