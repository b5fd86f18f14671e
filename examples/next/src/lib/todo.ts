import { fql, type Page } from "fauna";

/** A type rather than an interface: only types fit the `QueryValue` of `fql<…>`. */
export type Todo = {
  id: string;
  title: string;
  done: boolean;
};

// Server components, actions and client components ask the same. No word about users: the role in schema.fsl lets
// each of them see their own.
export const newestTodos = fql<Page<Todo>>`Todo.newest().pageSize(50)`;

/** What its changes are read from: the index has no events for fields that it does not cover. */
export const changes = { on: fql`Todo.all()` };

export const counts = fql<{ all: number; done: number }>`{
  all: Todo.all().count(),
  done: Todo.where(.done).count()
}`;
