"use client";

import { Suspense } from "react";
import { Hooks, Suspending } from "../hooks";

/** A client component itself, built once for all. */
export default function Page() {
  return (
    <>
      <Hooks />
      <Suspense fallback="waiting">
        <Suspending />
      </Suspense>
    </>
  );
}
