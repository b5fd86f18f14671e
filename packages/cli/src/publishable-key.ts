import { CliError } from "./cli-error";
import { isLoopback } from "./fauna-endpoint";

/** What a Clerk publishable key says about its instance. */
export interface ClerkInstance {
  readonly publishableKey: string;
  readonly kind: "development" | "production";
  /** The `iss` of the instance's tokens, without a slash at the end: Fauna compares it as plain text. */
  readonly issuer: string;
  readonly jwksUri: string;
}

const PUBLISHABLE_KEY = /^pk_(test|live)_([A-Za-z0-9+/_-]+={0,2})$/;
/** Host, and a port for stand-ins; Clerk's SDKs want a dot in it. */
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/i;

/** Whether an instance is one of this machine, for development and tests. */
export const isLocal = ({ issuer }: ClerkInstance): boolean => isLoopback(issuer);

/** What to call an instance. */
export const describeInstance = (instance: ClerkInstance): string =>
  isLocal(instance) ? "stand-in" : `${instance.kind} instance`;

/** Takes a publishable key apart. Throws a {@link CliError} on one that Clerk's SDKs would refuse too. */
export function parsePublishableKey(publishableKey: string): ClerkInstance {
  const [, kind, encoded = ""] = PUBLISHABLE_KEY.exec(publishableKey) ?? [];
  const decoded = Buffer.from(encoded, "base64").toString("latin1");
  const host = decoded.slice(0, -1);
  if (kind === undefined || !decoded.endsWith("$") || !HOST.test(host))
    throw new CliError(
      "bad_publishable_key",
      "The Clerk publishable key is malformed.",
      'Copy it as a whole from the Clerk Dashboard, "API keys": pk_test_… or pk_live_….',
    );
  const issuer = `https://${host}`;
  return {
    publishableKey,
    kind: kind === "live" ? "production" : "development",
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
  };
}
