import type { JWK } from "jose";
import { ClerkApi } from "../clerk-api";
import { CliError } from "../cli-error";
import type { Context } from "../context";
import { isRoot } from "../explain";
import { FaunaApi } from "../fauna-api";
import { parseEndpoint } from "../fauna-endpoint";
import {
  type AccessProvider,
  DEFAULT_CHILD_DATABASE,
  type FaunaState,
  readAudience,
  readFaunaState,
} from "../fauna-state";
import type { JwtTemplate } from "../jwt-template";
import { type ClerkInstance, parsePublishableKey } from "../publishable-key";
import { type DecodedJwt, decodeToken } from "./decode-token";
import { fetchKeys, fetchPublic } from "./public-fetch";
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

/** An issuer without what is easily overlooked: a slash at the end, the scheme, capitals. */
const normalizeIssuer = (issuer: string): string =>
  issuer
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");

/** The provider that is meant for an issuer, wrong as it may be: by name, by issuer, nearly so, or the first. */
export function chooseProvider(
  providers: readonly AccessProvider[],
  issuer: string,
  name?: string,
): AccessProvider | undefined {
  if (name !== undefined) return providers.find((provider) => provider.name === name);
  return (
    providers.find((provider) => provider.issuer === issuer) ??
    providers.find((provider) => normalizeIssuer(provider.issuer) === normalizeIssuer(issuer)) ??
    providers[0]
  );
}

/** The database that the access provider is in, and its name where it is below that of the admin key. */
export interface OpenDatabase {
  readonly fauna: FaunaApi;
  readonly name?: string;
}

/**
 * Finds the database as `init` does: the child that was asked for, else that of the key, but below the root database
 * the child that `init` makes. Throws a {@link CliError} if the key has not the role admin.
 */
export async function openDatabase(
  admin: FaunaApi,
  childName: string | undefined,
): Promise<OpenDatabase> {
  // Only admins get so far as to be told.
  const audience = await readAudience(admin);
  const name = childName ?? (isRoot(audience) ? DEFAULT_CHILD_DATABASE : undefined);
  if (name === undefined) return { fauna: admin };
  if (await admin.query<boolean>("Database.byName(name).exists()", { name }))
    return { fauna: admin.child(name), name };
  if (childName === undefined) return { fauna: admin };
  throw new CliError(
    "no_database",
    `The database of FAUNA_ADMIN_KEY has no child ${name}.`,
    "Name a child with --database, or leave it out for the key's own database.",
  );
}

/** Makes something when it is first asked for, and keeps it. */
export function lazy<T>(compute: () => T): () => T {
  let cached: { readonly value: T } | undefined;
  return () => (cached ??= { value: compute() }).value;
}
