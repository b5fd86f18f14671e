"use client";

import { useAuth } from "@clerk/clerk-react";
import type { ReactNode } from "react";

import { createClerkProvider, type FaunaProviderProps } from "./react/fauna-provider";

export * from "./index";

/**
 * `FaunaProvider` wired to `useAuth()` of `@clerk/clerk-react`: place it inside `<ClerkProvider>`. With `getToken`
 * (in a test) or `auth` it takes those instead, and needs no Clerk.
 *
 * @example
 * ```tsx
 * <ClerkProvider publishableKey={publishableKey}>
 *   <FaunaProvider endpoint="https://fauna.example.com">…</FaunaProvider>
 * </ClerkProvider>
 * ```
 */
export const FaunaProvider: (props: FaunaProviderProps) => ReactNode =
  /* @__PURE__ */ createClerkProvider(useAuth);
