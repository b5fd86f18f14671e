"use client";

import { useAuth } from "@clerk/react";
import type { ReactNode } from "react";

import { FaunaProvider as AnyFaunaProvider, type FaunaProviderProps } from "./react/fauna-provider";

export * from "./index";

function ClerkFaunaProvider(props: FaunaProviderProps): ReactNode {
  return <AnyFaunaProvider {...props} auth={useAuth()} />;
}

/**
 * `FaunaProvider` wired to `useAuth()` of `@clerk/react`: place it inside `<ClerkProvider>`. With `getToken` (in a
 * test) or `auth` it takes those instead, and needs no Clerk.
 *
 * @example
 * ```tsx
 * <ClerkProvider publishableKey={publishableKey}>
 *   <FaunaProvider endpoint="https://fauna.example.com">…</FaunaProvider>
 * </ClerkProvider>
 * ```
 */
export function FaunaProvider(props: FaunaProviderProps): ReactNode {
  const Provider = props.auth || props.getToken ? AnyFaunaProvider : ClerkFaunaProvider;
  return <Provider {...props} />;
}
