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
import { type Protocol, readProtocol } from "./protocol";
import { fetchKeys, fetchPublic } from "./public-fetch";
import type { Settings } from "./settings";

/** Fauna's answer to a ping. */
export interface Ping {
  readonly status: number;
  readonly location: string | null;
  /** The origins whose pages are told of the protocol. */
  readonly timingAllowOrigin: string;
  readonly body: string;
  /** By how much Fauna's clock is ahead of this one. Undefined if the answer has no date. */
  readonly clockAheadSeconds: number | undefined;
}

/**
 * The data that checks look at. Each piece is fetched on first use, and only once. It is undefined if a setting that it
 * needs is missing. If it cannot be fetched, a `CliError` says why.
 */
export class CheckContext {
  constructor(
    readonly settings: Settings,
    readonly cli: Pick<Context, "fetch" | "signal" | "now">,
  ) {}

  /** The Clerk instance of the publishable key. */
  readonly instance: () => ClerkInstance | undefined = lazy(() => {
    const { publishableKey } = this.settings;
    return publishableKey === undefined ? undefined : parsePublishableKey(publishableKey);
  });

  /** The public keys of that instance. */
  readonly keys: () => Promise<JWK[]> = lazy(async () => {
    const instance = this.instance();
    return instance ? this.keysAt(instance.jwksUri) : [];
  });

  keysAt(jwksUri: string): Promise<JWK[]> {
    return fetchKeys(this.cli, jwksUri);
  }

  /** Fauna's scheme, host and port. */
  readonly endpoint: () => string = lazy(() => {
    const { endpoint = "", allowInsecureEndpoint } = this.settings;
    return parseEndpoint(endpoint, allowInsecureEndpoint);
  });

  readonly ping: () => Promise<Ping> = lazy(async () => {
    const { now } = this.cli;
    const from = now();
    const response = await this.fetchFromFauna("/ping");
    const middle = (from + now()) / 2;
    // The header has whole seconds, so on average the time was half a second later.
    const date = Date.parse(response.headers.get("date") ?? "") + 500;
    return {
      status: response.status,
      location: response.headers.get("location"),
      timingAllowOrigin: response.headers.get("timing-allow-origin") ?? "",
      body: await response.text(),
      clockAheadSeconds: Number.isNaN(date) ? undefined : Math.round((date - middle) / 1000),
    };
  });

  readonly protocol: () => Promise<Protocol> = lazy(() =>
    readProtocol(this.endpoint(), this.cli.signal),
  );

  fetchFromFauna(path: string, init?: RequestInit): Promise<Response> {
    return fetchPublic(this.cli, new URL(path, this.endpoint()), init);
  }

  /** The database that has the access provider, with admin rights. */
  readonly database: () => Promise<OpenDatabase> = lazy(() => {
    const { adminKey = "", database } = this.settings;
    return openDatabase(new FaunaApi(this.endpoint(), adminKey, this.cli), database);
  });

  readonly faunaState: () => Promise<FaunaState> = lazy(async () =>
    readFaunaState((await this.database()).fauna),
  );

  /** The access provider for this Clerk instance. Undefined also without an admin key. */
  readonly provider: () => Promise<AccessProvider | undefined> = lazy(async () => {
    const { adminKey, provider } = this.settings;
    if (adminKey === undefined) return undefined;
    const { providers } = await this.faunaState();
    return chooseProvider(providers, this.instance()?.issuer ?? "", provider);
  });

  readonly clerk: () => ClerkApi = lazy(() => {
    const { secretKey = "", clerkApiUrl } = this.settings;
    return new ClerkApi(secretKey, this.cli, clerkApiUrl);
  });

  readonly templates: () => Promise<JwtTemplate[]> = lazy(() => this.clerk().listTemplates());

  /** The JWT template that the app uses. */
  readonly template: () => Promise<JwtTemplate | undefined> = lazy(async () =>
    (await this.templates()).find(({ name }) => name === this.settings.template),
  );

  /** Undefined if the token is not a JWT. */
  readonly token: () => DecodedJwt | undefined = lazy(() => decodeToken(this.settings.token ?? ""));

  /** Sends queries with the user's token. */
  faunaAsUser(): FaunaApi {
    return new FaunaApi(this.endpoint(), this.settings.token ?? "", this.cli);
  }
}

/** Ignores the usual mistakes in an issuer: a trailing slash, the scheme, capitals. */
const normalizeIssuer = (issuer: string): string =>
  issuer
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");

/** Finds the provider that is meant for an issuer, right or wrong: by name, issuer, similar issuer, or the first. */
function chooseProvider(
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

/** A database, with its name if it is a child of the admin key's database. */
interface OpenDatabase {
  readonly fauna: FaunaApi;
  readonly name?: string;
}

/**
 * Finds the database as `init` does: the named child, or the key's own database, or below the root database the child
 * that `init` creates. Throws a {@link CliError} if the key does not have the role admin.
 */
async function openDatabase(admin: FaunaApi, childName: string | undefined): Promise<OpenDatabase> {
  // This also shows that the key has the role admin.
  const audience = await readAudience(admin);
  const name = childName ?? (isRoot(audience) ? DEFAULT_CHILD_DATABASE : undefined);
  if (name === undefined) return { fauna: admin };
  if (await admin.query<boolean>("Database.byName(name).exists()", { name }))
    return { fauna: admin.child(name), name };
  if (childName === undefined) return { fauna: admin };
  throw new CliError(
    "no_database",
    `The database of FAUNA_ADMIN_KEY has no child ${name}.`,
    "Name a child with --database, or omit it to check the key's own database.",
  );
}

/** Computes a value on first use, and keeps it. */
function lazy<T>(compute: () => T): () => T {
  let cached: { readonly value: T } | undefined;
  return () => (cached ??= { value: compute() }).value;
}
