import * as clerkReact from "@clerk/clerk-react";
import * as react from "@clerk/react";
import type { ComponentType, ReactNode } from "react";
import type { LocalClerk } from "@fauna-clerk/local";
import { createClerkV5, createClerkV6, proxyUrlOf, type CreateClerkOptions } from "./create-clerk";
import type { TestClerk } from "./test-clerk";

export interface ClerkReactProps {
  clerk: TestClerk;
  local: LocalClerk;
  /** The same that the instance was created with. */
  browser?: string;
  children: ReactNode;
}

/** What the library reads of `useAuth()`; each SDK has more. */
export interface TestAuth {
  isLoaded: boolean;
  isSignedIn: boolean | undefined;
  userId: string | null | undefined;
  sessionId: string | null | undefined;
  orgId: string | null | undefined;
  getToken(options?: { template?: string; skipCache?: boolean }): Promise<string | null>;
}

/** One of Clerk's React SDKs with the clerk-js that belongs to it. */
export interface ClerkSdk {
  name: string;
  /** The entry of the library that belongs to it. */
  entry: string;
  createClerk(local: LocalClerk, options?: CreateClerkOptions): Promise<TestClerk>;
  /** The SDK's real `<ClerkProvider>` around the children. */
  Provider: ComponentType<ClerkReactProps>;
  useAuth(): TestAuth;
}

type ProviderProps = {
  publishableKey: string;
  proxyUrl: string;
  telemetry: false;
  Clerk: TestClerk;
  children: ReactNode;
};

function wrap(provider: unknown): ComponentType<ClerkReactProps> {
  // Clerk's own types want its whole instance, which names different classes in the two majors.
  const Provider = provider as ComponentType<ProviderProps>;
  return function ClerkReact({ clerk, local, browser, children }) {
    return (
      <Provider
        publishableKey={local.publishableKey}
        proxyUrl={proxyUrlOf(local, browser)}
        telemetry={false}
        Clerk={clerk}
      >
        {children}
      </Provider>
    );
  };
}

/** `@clerk/clerk-react` with clerk-js 5. */
export const clerkReactV5: ClerkSdk = {
  name: "clerk-react 5",
  entry: "fauna-clerk/clerk-react",
  createClerk: createClerkV5,
  Provider: wrap(clerkReact.ClerkProvider),
  useAuth: () => clerkReact.useAuth(),
};

/** `@clerk/react` with clerk-js 6. */
export const clerkReactV6: ClerkSdk = {
  name: "react 6",
  entry: "fauna-clerk/react",
  createClerk: createClerkV6,
  Provider: wrap(react.ClerkProvider),
  useAuth: () => react.useAuth(),
};

/** For `describe.each`. */
export const clerkSdks: readonly ClerkSdk[] = [clerkReactV5, clerkReactV6];
