"use client";

import { useAuth } from "@clerk/tanstack-react-start";
import type { ReactNode } from "react";

import { createServedProvider } from "./react/txn-cookie";
import type { FaunaProviderProps } from "./react/fauna-provider";

export * from "./index";

/**
 * `FaunaProvider` wired to `useAuth()` of `@clerk/tanstack-react-start`: place it inside `<ClerkProvider>`. A cookie tells the
 * page's own server the time of the last transaction, so that what it renders next sees what was written here. With `auth` or
 * `getToken` it takes those instead of Clerk.
 *
 * @example
 * ```tsx
 * <ClerkProvider>
 *   <FaunaProvider endpoint={import.meta.env.VITE_FAUNA_ENDPOINT}>{children}</FaunaProvider>
 * </ClerkProvider>
 * ```
 */
export const FaunaProvider: (props: FaunaProviderProps) => ReactNode =
  /* @__PURE__ */ createServedProvider(useAuth);
