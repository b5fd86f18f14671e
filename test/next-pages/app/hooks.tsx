"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { fql, type Page } from "fauna";
import { useAuthorizedFetch } from "fauna-clerk/fetch";
import {
  FaunaAuthenticated,
  FaunaAuthLoading,
  FaunaClientOnly,
  faunaQueryOptions,
  FaunaUnauthenticated,
  useFaunaAction,
  useFaunaAuth,
  useFaunaCache,
  useFaunaClaims,
  useFaunaClient,
  useFaunaEvents,
  useFaunaInfiniteQuery,
  useFaunaLiveQuery,
  useFaunaMutation,
  useFaunaQuery,
  useFaunaSuspenseInfiniteQuery,
  useFaunaSuspenseQuery,
  usePrefetchFaunaQuery,
} from "fauna-clerk/nextjs";
import { addTodo } from "./actions";
import { todos } from "./todos";

/** All hooks that do not suspend, outside of any Suspense. */
export function Hooks() {
  usePrefetchFaunaQuery(fql`1`);
  const { status } = useFaunaAuth();
  const query = useFaunaQuery(todos);
  const pages = useFaunaInfiniteQuery(todos);
  const live = useFaunaLiveQuery(todos);
  const events = useFaunaEvents(fql`Todo.all()`, { onEvent() {} });
  const add = useFaunaMutation((title: string) => fql`Todo.create({ title: ${title} })`);
  const action = useFaunaAction(addTodo);
  const all = [useFaunaCache(), useFaunaClient(), useFaunaClaims()];
  const send = useAuthorizedFetch(process.env.NEXT_PUBLIC_FAUNA_ENDPOINT!);
  return (
    <>
      <FaunaAuthenticated>in</FaunaAuthenticated>
      <FaunaUnauthenticated>out</FaunaUnauthenticated>
      <FaunaAuthLoading>loading</FaunaAuthLoading>
      <FaunaClientOnly fallback="in the browser">
        <Suspending />
      </FaunaClientOnly>
      <form action={async () => void (await action("a"))} onSubmit={() => add.mutate("a")}>
        {`${status} ${query.status} ${pages.status} ${live.live} ${events.live} ${all.length} ${typeof send}`}
      </form>
    </>
  );
}

/** Those that do. */
export function Suspending() {
  const one = useFaunaSuspenseQuery(todos);
  const pages = useFaunaSuspenseInfiniteQuery<
    { title: string },
    { title: string },
    Page<{ title: string }>
  >(todos);
  const own = useSuspenseQuery(faunaQueryOptions({ client: useFaunaClient() }, todos));
  return <p>{`${one.data.data.length} ${pages.items.length} ${own.data.data.length}`}</p>;
}
