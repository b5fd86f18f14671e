import { CliError } from "./cli-error";
import { isLoopback } from "./fauna-endpoint";

/** What a publishable key reveals about its Clerk instance. */
export interface ClerkInstance {
  readonly publishableKey: string;
  readonly kind: "development" | "production";
  /** The `iss` of the instance's tokens. No trailing slash: Fauna compares it as plain text. */
  readonly issuer: string;
  readonly jwksUri: string;
}

const PUBLISHABLE_KEY = /^pk_(test|live)_([A-Za-z0-9+/_-]+={0,2})$/;
/** A host, with a port if it is a local Clerk. Clerk's SDKs require a dot in it. */
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/i;

/** Whether an instance is a local Clerk, for development and tests. */
export const isLocal = ({ issuer }: ClerkInstance): boolean => isLoopback(issuer);

export const describeInstance = (instance: ClerkInstance): string =>
  isLocal(instance) ? "local instance" : `${instance.kind} instance`;

/** Decodes a publishable key. Throws a {@link CliError} if Clerk's SDKs would reject it too. */
export function parsePublishableKey(publishableKey: string): ClerkInstance {
  const [, kind, encoded = ""] = PUBLISHABLE_KEY.exec(publishableKey) ?? [];
  const decoded = Buffer.from(encoded, "base64").toString("latin1");
  const host = decoded.slice(0, -1);
  if (kind === undefined || !decoded.endsWith("$") || !HOST.test(host))
    throw new CliError(
      "bad_publishable_key",
      "The Clerk publishable key is malformed.",
      'Copy all of it from the Clerk Dashboard, "API keys": pk_test_… or pk_live_….',
    );
  const issuer = `https://${host}`;
  return {
    publishableKey,
    kind: kind === "live" ? "production" : "development",
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
  };
}
