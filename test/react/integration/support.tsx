import "../../support/clerk/no-polling";

import { QueryClient } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { FaunaProviderProps } from "fauna-clerk";
import {
  type LocalClerk,
  type LocalFauna,
  startLocalClerk,
  startLocalFauna,
} from "@fauna-clerk/local";
import type { ComponentType, ReactNode } from "react";
import { expect, onTestFinished } from "vitest";

import { type ClerkSdk, clerkSdks } from "../../support/clerk/clerk-sdks";
import type { TestClerk } from "../../support/clerk/test-clerk";
import { PATIENCE } from "../../support/eventually";
import { drivers } from "../../support/drivers";
import { type HttpVersion, httpVersions } from "../../support/http-versions";
import { type Mode, modes } from "../../support/modes";

/** A React SDK of Clerk's with the entry that is wired to it. */
export interface Wired {
  readonly name: string;
  readonly sdk: ClerkSdk;
  readonly FaunaProvider: ComponentType<FaunaProviderProps>;
}

const wired: readonly Wired[] = await Promise.all(
  clerkSdks.map(async (sdk) => {
    const { FaunaProvider } = (await import(sdk.entry)) as Pick<Wired, "FaunaProvider">;
    return { name: sdk.name, sdk, FaunaProvider };
  }),
);

/** An entry, wired to its SDK, the version of HTTP that it takes to Fauna, and the way to mount it. */
export type Way = Wired & HttpVersion & Mode;

/**
 * For `describe.each`: of SDKs, versions of HTTP and modes every pair, and not every combination. Each works on a layer of
 * its own, so that two may get in each other's way, but no third is needed for that.
 */
export const ways: readonly Way[] = wired.flatMap((sdk, which) =>
  httpVersions.map((version, other) => ({ ...sdk, ...version, ...modes[(which + other) % 2]! })),
);

const mine = "todo => todo.owner == Query.token()!.sub";

/** Both local servers, set up for each other: a user reads and writes only todos of their own. */
export async function startLocalServers(): Promise<{ local: LocalClerk; fauna: LocalFauna }> {
  const local = await startLocalClerk();
  const fauna = await startLocalFauna({
    record: true,
    seed: `Collection.create({ name: "Todo" })`,
    roles: [
      {
        name: "user",
        privileges: [{ resource: "Todo", actions: { read: mine, create: mine, delete: mine } }],
      },
    ],
    accessProviders: [
      { name: "Clerk", issuer: local.issuer, jwks_uri: local.jwksUri, roles: ["user"] },
    ],
  });
  local.setTemplate("fauna", { claims: { aud: fauna.audience, org: "{{org.id}}" } });
  onTestFinished(async () => {
    await fauna.close();
    await local.close();
  });
  return { local, fauna };
}

export interface Mounted {
  readonly local: LocalClerk;
  readonly fauna: LocalFauna;
  readonly clerk: TestClerk;
  readonly cache: QueryClient;
}

/** Renders below Clerk's own provider and the entry that is wired to it. */
export async function mount(
  { sdk, FaunaProvider, protocol, speak, wrap }: Way,
  children: ReactNode,
  props: Partial<FaunaProviderProps> = {},
): Promise<Mounted> {
  const { local, fauna } = await startLocalServers();
  speak(fauna.url);
  onTestFinished(() => {
    const taken = new Set(fauna.requests.map((request) => request.protocol));
    expect([...taken].filter((each) => each !== protocol)).toEqual([]);
  });
  const clerk = await sdk.createClerk(local);
  const cache = new QueryClient();
  render(
    wrap(
      <sdk.Provider clerk={clerk} local={local}>
        <FaunaProvider
          endpoint={fauna.url}
          drivers={drivers}
          queryClient={cache}
          tokenTimeout={PATIENCE}
          {...props}
        >
          {children}
        </FaunaProvider>
      </sdk.Provider>,
    ),
  );
  return { local, fauna, clerk, cache };
}
