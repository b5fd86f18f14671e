import { Suspense } from "react";
import { Hooks, Suspending } from "../hooks";

/** Built once for all. */
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
