import { FaunaHydration } from "fauna-clerk/nextjs";
import { getFauna } from "../lib/fauna";
import { changes, newestTodos } from "../lib/todo";
import { Todos } from "./Todos";

/** Rendered for each request. The browser asks for nothing, and follows the list from there. */
export default async function Page() {
  const fauna = await getFauna();
  await fauna.prefetchLive(newestTodos, changes);
  return (
    <FaunaHydration {...fauna.dehydrate()}>
      <Todos />
    </FaunaHydration>
  );
}
