import { fql } from "fauna";
import { useFaunaMutation } from "fauna-clerk/react";
import { newestTodos, type Todo } from "./todo";

/** One after the other, also when the network is back: a todo is made before it is edited. */
const scope = { id: "todos" };

/** What can be done to todos. Each shows at once, and is taken back if Fauna refuses it. */
export function useTodoWrites() {
  const add = useFaunaMutation(
    // A browser may send a request twice when its connection breaks: the second one finds the todo.
    ({ id, title }: Todo) => fql`
      let token = Query.token()!
      Todo.byId(${id}) ?? Todo.create({
        id: ${id}, title: ${title}, done: false, owner: token.sub, org: token.org, createdAt: Time.now()
      })
    `,
    {
      scope,
      optimistic: (cache, todo) =>
        cache.updatePages(newestTodos, ({ data, ...page }, index) => ({
          ...page,
          // Not twice: Fauna may show it before it answers.
          data: index === 0 ? [todo, ...data.filter(({ id }) => id !== todo.id)] : data,
        })),
    },
  );
  const edit = useFaunaMutation(
    ({ id, title, done }: Todo) =>
      fql`Todo.byId(${id})!.update({ title: ${title}, done: ${done} })`,
    {
      scope,
      optimistic: (cache, todo) =>
        cache.updatePages(newestTodos, ({ data, ...page }) => ({
          ...page,
          data: data.map((old) => (old.id === todo.id ? todo : old)),
        })),
    },
  );
  const remove = useFaunaMutation(({ id }: Todo) => fql`Todo.byId(${id})!.delete()`, {
    scope,
    optimistic: (cache, { id }) =>
      cache.updatePages(newestTodos, ({ data, ...page }) => ({
        ...page,
        data: data.filter((todo) => todo.id !== id),
      })),
  });
  return { add, edit, remove };
}
