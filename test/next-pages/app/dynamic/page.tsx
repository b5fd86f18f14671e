import { FaunaHydration } from "fauna-clerk/nextjs";
import { Suspense } from "react";
import { getFauna } from "../fauna";
import { Hooks, Suspending } from "../hooks";
import { todos } from "../todos";

/** Rendered for each request. With `cacheComponents` what is of a request has to be in a Suspense. */
export default function Page() {
  return (
    <Suspense fallback="loading">
      <Todos />
    </Suspense>
  );
}

async function Todos() {
  const fauna = await getFauna();
  await Promise.all([
    fauna.prefetch(todos),
    fauna.prefetchInfinite(todos),
    fauna.prefetchLive(todos),
  ]);
  return (
    <FaunaHydration {...fauna.dehydrate()}>
      <Hooks />
      <Suspending />
    </FaunaHydration>
  );
}
