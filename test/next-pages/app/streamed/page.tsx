import { FaunaHydration } from "fauna-clerk/nextjs";
import { Suspense } from "react";
import { getFauna } from "../fauna";
import { Suspending } from "../hooks";
import { todos } from "../todos";

export default function Page() {
  return (
    <Suspense fallback="loading">
      <Todos />
    </Suspense>
  );
}

/** Starts before the answers are there. */
async function Todos() {
  const fauna = await getFauna();
  void fauna.prefetch(todos);
  void fauna.prefetchInfinite(todos);
  return (
    <FaunaHydration {...fauna.dehydrate()}>
      <Suspense fallback="waiting">
        <Suspending />
      </Suspense>
    </FaunaHydration>
  );
}
