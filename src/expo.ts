"use client";

import { useAuth } from "@clerk/expo";
import type { ReactNode } from "react";

import { createClerkProvider, type FaunaProviderProps } from "./react/fauna-provider";

export * from "./index";

/** `FaunaProvider` wired to `useAuth()` of `@clerk/expo`: place it inside `<ClerkProvider>`. */
export const FaunaProvider: (props: FaunaProviderProps) => ReactNode =
  /* @__PURE__ */ createClerkProvider(useAuth);
