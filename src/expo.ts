"use client";

import { useAuth } from "@clerk/expo";
import type { ReactNode } from "react";

import { createClerkProvider, type FaunaProviderProps } from "./react/fauna-provider";

export * from "./index";

/**
 * `FaunaProvider` wired to `useAuth()` of `@clerk/expo`: place it inside `<ClerkProvider>`. With `auth` or `getToken` it
 * takes those instead of Clerk.
 *
 * @example
 * ```tsx
 * <ClerkProvider publishableKey={publishableKey} tokenCache={tokenCache}>
 *   <FaunaProvider endpoint={process.env.EXPO_PUBLIC_FAUNA_ENDPOINT!}>{children}</FaunaProvider>
 * </ClerkProvider>
 * ```
 */
export const FaunaProvider: (props: FaunaProviderProps) => ReactNode =
  /* @__PURE__ */ createClerkProvider(useAuth);
