import "./one-tab";
import "./no-polling";
import { Clerk as ClerkV5 } from "clerk-js-5/no-rhc";
import { Clerk as ClerkV6 } from "clerk-js-6/no-rhc";
import type { LocalClerk } from "@fauna-clerk/local";
import type { TestClerk } from "./test-clerk";

export interface CreateClerkOptions {
  /** The name of a browser of its own. @default the one that all of jsdom shares */
  browser?: string;
  /** Whether to wait for `load()`; without, the provider loads it. @default true */
  load?: boolean;
}

/** A clerk-js 5 that talks to a local Clerk, loaded. */
export function createClerkV5(local: LocalClerk, options?: CreateClerkOptions): Promise<TestClerk> {
  return prepare((key, init) => new ClerkV5(key, init) as unknown as TestClerk, local, options);
}

/** A clerk-js 6 that talks to a local Clerk, loaded. */
export function createClerkV6(local: LocalClerk, options?: CreateClerkOptions): Promise<TestClerk> {
  return prepare((key, init) => new ClerkV6(key, init) as unknown as TestClerk, local, options);
}

export function proxyUrlOf(local: LocalClerk, browser: string | undefined): string {
  return browser === undefined ? local.url : local.browserUrl(browser);
}

async function prepare(
  construct: (publishableKey: string, init: { proxyUrl: string }) => TestClerk,
  local: LocalClerk,
  { browser, load = true }: CreateClerkOptions = {},
): Promise<TestClerk> {
  const clerk = construct(local.publishableKey, { proxyUrl: proxyUrlOf(local, browser) });
  if (load) await clerk.load({ telemetry: false });
  return clerk;
}
